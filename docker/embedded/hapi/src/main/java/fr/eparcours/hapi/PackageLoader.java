package fr.eparcours.hapi;

import ca.uhn.fhir.context.FhirContext;
import ca.uhn.fhir.parser.IParser;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.hl7.fhir.common.hapi.validation.support.PrePopulatedValidationSupport;
import org.hl7.fhir.common.hapi.validation.support.ValidationSupportChain;
import org.hl7.fhir.instance.model.api.IBaseResource;
import org.hl7.fhir.r4.model.SearchParameter;
import org.hl7.fhir.utilities.npm.NpmPackage;
import org.springframework.context.ApplicationContext;

/**
 * Puts the profiles and terminology of FHIR packages (.tgz) in front of the validation chain, in memory: what is known follows the files. Their search
 * parameters are stored, since the store indexes by what it stores.
 */
final class PackageLoader {
    private PackageLoader() {}

    static void load(ApplicationContext context, List<Path> files) throws IOException {
        FhirContext fhir = context.getBean(FhirContext.class);
        PrePopulatedValidationSupport loaded = new PrePopulatedValidationSupport(fhir);
        List<SearchParameter> parameters = new ArrayList<>();
        IParser parser = fhir.newJsonParser();
        for (Path file : files) {
            try (InputStream bytes = Files.newInputStream(file)) {
                NpmPackage fhirPackage = NpmPackage.fromPackage(bytes);
                for (String name : fhirPackage.listResources("StructureDefinition", "ValueSet", "CodeSystem")) {
                    loaded.addResource(read(fhirPackage, name, parser));
                }
                for (String name : fhirPackage.listResources("SearchParameter")) {
                    parameters.add((SearchParameter) read(fhirPackage, name, parser));
                }
            }
        }
        context.getBean(ValidationSupportChain.class).addValidationSupport(0, loaded);
        SearchParameters.store(context, parameters);
    }

    private static IBaseResource read(NpmPackage fhirPackage, String name, IParser parser) throws IOException {
        try (InputStream bytes = fhirPackage.load("package", name)) {
            return parser.parseResource(new String(bytes.readAllBytes(), StandardCharsets.UTF_8));
        }
    }
}
