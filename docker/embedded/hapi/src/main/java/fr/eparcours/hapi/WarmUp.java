package fr.eparcours.hapi;

import ca.uhn.fhir.context.FhirContext;
import ca.uhn.fhir.validation.FhirValidator;
import ca.uhn.fhir.validation.IInstanceValidatorModule;
import java.util.List;
import org.hl7.fhir.r4.model.CanonicalType;
import org.hl7.fhir.r4.model.Enumerations.AdministrativeGender;
import org.hl7.fhir.r4.model.Patient;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.context.ApplicationContext;

/** Reads the definitions of R4 before somebody waits for them: the first validation of a process takes seconds, the others milliseconds. */
final class WarmUp {
    private static final Logger LOG = LoggerFactory.getLogger(WarmUp.class);
    private static final String PROFILE = "https://hl7.fr/ig/fhir/core/StructureDefinition/fr-core-patient";

    private WarmUp() {}

    static void inBackground(ApplicationContext context) {
        Thread thread = new Thread(() -> validateOne(context), "warm-up");
        thread.setDaemon(true);
        thread.start();
    }

    private static void validateOne(ApplicationContext context) {
        Patient patient = new Patient().setGender(AdministrativeGender.UNKNOWN);
        patient.getMeta().setProfile(List.of(new CanonicalType(PROFILE)));
        try {
            FhirValidator validator = context.getBean(FhirContext.class).newValidator();
            validator.registerValidatorModule(context.getBean(IInstanceValidatorModule.class));
            validator.validateWithResult(patient);
        } catch (RuntimeException failure) {
            // A store that is being stopped, or whose database is away; whoever validates next meets the same.
            LOG.warn("warm-up failed: {}", failure.getClass().getSimpleName());
        }
    }
}
