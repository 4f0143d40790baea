package fr.eparcours.hapi;

import ca.uhn.fhir.context.FhirContext;
import ca.uhn.fhir.parser.IParser;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.hl7.fhir.common.hapi.validation.support.PrePopulatedValidationSupport;
import org.hl7.fhir.common.hapi.validation.support.ValidationSupportChain;
import org.hl7.fhir.instance.model.api.IBaseResource;
import org.hl7.fhir.utilities.npm.NpmPackage;
import org.springframework.context.ApplicationContext;

/** Puts the conformance resources of FHIR packages (.tgz) in front of the validation chain, in memory: what is known follows the files. */
final class PackageLoader {
    private PackageLoader() {}

    static void load(ApplicationContext context, List<Path> files) throws IOException {
        FhirContext fhir = context.getBean(FhirContext.class);
        PrePopulatedValidationSupport loaded = new PrePopulatedValidationSupport(fhir);
        IParser parser = fhir.newJsonParser();
        for (Path file : files) {
            try (InputStream bytes = Files.newInputStream(file)) {
                NpmPackage fhirPackage = NpmPackage.fromPackage(bytes);
                for (String name : fhirPackage.listResources("StructureDefinition", "ValueSet", "CodeSystem", "SearchParameter")) {
                    loaded.addResource(read(fhirPackage, name, parser));
                }
            }
        }
        context.getBean(ValidationSupportChain.class).addValidationSupport(0, loaded);
    }

    private static IBaseResource read(NpmPackage fhirPackage, String name, IParser parser) throws IOException {
        try (InputStream bytes = fhirPackage.load("package", name)) {
            return parser.parseResource(new String(bytes.readAllBytes(), StandardCharsets.UTF_8));
        }
    }
}
