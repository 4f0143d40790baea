package fr.eparcours.hapi;

import ca.uhn.fhir.context.FhirContext;
import ca.uhn.fhir.interceptor.api.Hook;
import ca.uhn.fhir.interceptor.api.Interceptor;
import ca.uhn.fhir.interceptor.api.Pointcut;
import ca.uhn.fhir.rest.api.server.RequestDetails;
import ca.uhn.fhir.validation.FhirValidator;
import ca.uhn.fhir.validation.IInstanceValidatorModule;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.hl7.fhir.r4.model.CanonicalType;
import org.hl7.fhir.r4.model.Enumerations.AdministrativeGender;
import org.hl7.fhir.r4.model.Patient;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.context.ApplicationContext;

/**
 * Reads the definitions of R4 before somebody waits for them: the first validation of a process takes seconds, the others milliseconds.
 * Whoever validates meanwhile waits for it: HAPI would read them anew in every request, and those many would never come to an end.
 */
@Interceptor
public final class WarmUp {
    private static final Logger LOG = LoggerFactory.getLogger(WarmUp.class);
    private static final String PROFILE = "https://hl7.fr/ig/fhir/core/StructureDefinition/fr-core-patient";
    private static final long PATIENCE_SECONDS = 60;

    private final ApplicationContext context;
    private final CountDownLatch done = new CountDownLatch(1);

    WarmUp(ApplicationContext context) {
        this.context = context;
    }

    void inBackground() {
        Thread thread = new Thread(this::validateOne, "warm-up");
        thread.setDaemon(true);
        thread.start();
    }

    @Hook(Pointcut.SERVER_INCOMING_REQUEST_PRE_HANDLED)
    public void awaitDefinitions(RequestDetails request) throws InterruptedException {
        if ("$validate".equals(request.getOperation())) done.await(PATIENCE_SECONDS, TimeUnit.SECONDS);
    }

    private void validateOne() {
        Patient patient = new Patient().setGender(AdministrativeGender.UNKNOWN);
        patient.getMeta().setProfile(List.of(new CanonicalType(PROFILE)));
        try {
            FhirValidator validator = context.getBean(FhirContext.class).newValidator();
            validator.registerValidatorModule(context.getBean(IInstanceValidatorModule.class));
            validator.validateWithResult(patient);
        } catch (RuntimeException failure) {
            // A store that is being stopped, or whose database is away; whoever validates next meets the same.
            LOG.warn("warm-up failed: {}", failure.getClass().getSimpleName());
        } finally {
            done.countDown();
        }
    }
}
