import ca.uhn.fhir.context.FhirContext;
import ca.uhn.fhir.rest.api.MethodOutcome;
import ca.uhn.fhir.rest.client.api.IGenericClient;
import ca.uhn.fhir.rest.client.interceptor.BearerTokenAuthInterceptor;
import ca.uhn.fhir.rest.server.exceptions.BaseServerResponseException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.hl7.fhir.instance.model.api.IBaseBundle;
import org.hl7.fhir.r4.model.Bundle;
import org.hl7.fhir.r4.model.CarePlan;
import org.hl7.fhir.r4.model.CodeType;
import org.hl7.fhir.r4.model.IdType;
import org.hl7.fhir.r4.model.Observation;
import org.hl7.fhir.r4.model.Parameters;
import org.hl7.fhir.r4.model.Patient;

/** A vendor's program with the HAPI client, its defaults kept (it reads /metadata first): reads a scenario from its input, writes what it saw. */
public class HapiClient {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final FhirContext FHIR = FhirContext.forR4();

    public static void main(String[] arguments) throws Exception {
        JsonNode scenario = JSON.readTree(System.in);
        IGenericClient client = FHIR.newRestfulGenericClient(scenario.get("base").asText());
        client.registerInterceptor(new BearerTokenAuthInterceptor(scenario.get("token").asText()));
        JSON.writeValue(System.out, run(client, scenario));
    }

    private static Map<String, Object> run(IGenericClient client, JsonNode scenario) {
        Map<String, Object> seen = new LinkedHashMap<>();
        MethodOutcome created = create(client, scenario);
        seen.put("created", created.getResponseStatusCode());
        seen.put("again", create(client, scenario).getResponseStatusCode());
        String patient = created.getId().getIdPart();

        Bundle answer = client.transaction().withBundle(read(Bundle.class, scenario, "transaction", patient)).execute();
        List<IdType> stored = answer.getEntry().stream().map(entry -> new IdType(entry.getResponse().getLocation())).toList();
        seen.put("transacted", stored.stream().map(IdType::getResourceType).toList());

        String provenance = scenario.get("provenance").toString();
        IdType plan = stored.stream().filter(id -> id.getResourceType().equals("CarePlan")).findFirst().orElseThrow();
        CarePlan first = client.read().resource(CarePlan.class).withId(plan.getIdPart()).execute();
        seen.put("versionAfterUpdate", update(client, first, scenario.get("title").asText(), provenance).getId().getVersionIdPart());
        seen.put("stale", statusOf(() -> update(client, first, "x", provenance)));

        for (int n = 0; n < 3; n++) {
            Observation weight = read(Observation.class, scenario, "observation", patient);
            client.create().resource(weight).withAdditionalHeader("X-Provenance", provenance).execute();
        }
        Bundle plans = client.search().forResource(CarePlan.class).where(CarePlan.PATIENT.hasId(patient)).returnBundle(Bundle.class).execute();
        seen.put("plansFound", plans.getTotal());
        page(client, patient, seen);
        seen.put("everything", everything(client, patient).getEntry().size());
        return seen;
    }

    private static MethodOutcome create(IGenericClient client, JsonNode scenario) {
        return client.create().resource(read(Patient.class, scenario, "patient", "")).conditionalByUrl("Patient?" + scenario.get("condition").asText()).execute();
    }

    /** The client sends the version of the resource it holds as If-Match. */
    private static MethodOutcome update(IGenericClient client, CarePlan plan, String title, String provenance) {
        CarePlan changed = plan.copy().setTitle(title);
        return client.update().resource(changed).withAdditionalHeader("X-Provenance", provenance).execute();
    }

    private static void page(IGenericClient client, String patient, Map<String, Object> seen) {
        Bundle page = client.search().forResource(Observation.class).where(Observation.PATIENT.hasId(patient)).count(2).returnBundle(Bundle.class).execute();
        seen.put("total", page.getTotal());
        List<Bundle.BundleEntryComponent> entries = new ArrayList<>(page.getEntry());
        while (page.getLink(IBaseBundle.LINK_NEXT) != null) {
            page = client.loadPage().next(page).execute();
            entries.addAll(page.getEntry());
        }
        seen.put("observationsPaged", entries.size());
    }

    /** By POST, as the client does unless told otherwise. */
    private static Bundle everything(IGenericClient client, String patient) {
        return client.operation()
                .onInstance(new IdType("Patient", patient))
                .named("$everything")
                .withParameter(Parameters.class, "_type", new CodeType("Observation"))
                .returnResourceType(Bundle.class)
                .execute();
    }

    private static int statusOf(Runnable call) {
        try {
            call.run();
            return 200;
        } catch (BaseServerResponseException refused) {
            return refused.getStatusCode();
        }
    }

    private static <R extends org.hl7.fhir.r4.model.Resource> R read(Class<R> type, JsonNode scenario, String member, String patient) {
        return FHIR.newJsonParser().parseResource(type, scenario.get(member).toString().replace("PATIENT", patient));
    }
}
