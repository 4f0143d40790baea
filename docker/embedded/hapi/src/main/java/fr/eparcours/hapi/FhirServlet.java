package fr.eparcours.hapi;

import ca.uhn.fhir.batch2.jobs.export.BulkDataExportProvider;
import ca.uhn.fhir.context.FhirContext;
import ca.uhn.fhir.context.support.IValidationSupport;
import ca.uhn.fhir.interceptor.api.IInterceptorBroadcaster;
import ca.uhn.fhir.jpa.api.config.JpaStorageSettings;
import ca.uhn.fhir.jpa.api.dao.DaoRegistry;
import ca.uhn.fhir.jpa.api.dao.IFhirSystemDao;
import ca.uhn.fhir.jpa.delete.ThreadSafeResourceDeleterSvc;
import ca.uhn.fhir.jpa.interceptor.CascadingDeleteInterceptor;
import ca.uhn.fhir.jpa.provider.IJpaSystemProvider;
import ca.uhn.fhir.jpa.provider.JpaCapabilityStatementProvider;
import ca.uhn.fhir.jpa.provider.TerminologyUploaderProvider;
import ca.uhn.fhir.jpa.provider.ValueSetOperationProvider;
import ca.uhn.fhir.jpa.search.DatabaseBackedPagingProvider;
import ca.uhn.fhir.rest.api.EncodingEnum;
import ca.uhn.fhir.rest.server.HardcodedServerAddressStrategy;
import ca.uhn.fhir.rest.server.RestfulServer;
import ca.uhn.fhir.rest.server.provider.ResourceProviderFactory;
import ca.uhn.fhir.rest.server.util.ISearchParamRegistry;
import org.springframework.context.ApplicationContext;

/** Builds HAPI's REST servlet from the beans of the store. */
final class FhirServlet {
    private FhirServlet() {}

    static RestfulServer of(ApplicationContext context, String base) {
        FhirContext fhir = context.getBean(FhirContext.class);
        // A Provenance says which version it is about.
        fhir.getParserOptions()
                .setDontStripVersionsFromReferencesAtPaths("Provenance.target", "Provenance.entity.what", "AuditEvent.entity.what");
        RestfulServer server = new RestfulServer(fhir);
        server.setDefaultResponseEncoding(EncodingEnum.JSON);
        server.setServerAddressStrategy(new HardcodedServerAddressStrategy(base));
        server.setPagingProvider(context.getBean(DatabaseBackedPagingProvider.class));
        server.registerProviders(context.getBean(ResourceProviderFactory.class).createProviders());
        server.registerProvider(context.getBean(IJpaSystemProvider.class));
        server.registerProvider(context.getBean(TerminologyUploaderProvider.class));
        server.registerProvider(context.getBean(ValueSetOperationProvider.class));
        server.registerProvider(context.getBean(BulkDataExportProvider.class));
        server.registerInterceptor(cascadingDelete(context, fhir));
        server.setServerConformanceProvider(capabilities(context, server));
        return server;
    }

    private static CascadingDeleteInterceptor cascadingDelete(ApplicationContext context, FhirContext fhir) {
        return new CascadingDeleteInterceptor(
                fhir,
                context.getBean(DaoRegistry.class),
                context.getBean(IInterceptorBroadcaster.class),
                context.getBean(ThreadSafeResourceDeleterSvc.class));
    }

    private static JpaCapabilityStatementProvider capabilities(ApplicationContext context, RestfulServer server) {
        JpaCapabilityStatementProvider provider = new JpaCapabilityStatementProvider(
                server,
                context.getBean(IFhirSystemDao.class),
                context.getBean(JpaStorageSettings.class),
                context.getBean(ISearchParamRegistry.class),
                context.getBean(IValidationSupport.class));
        provider.setImplementationDescription("e-parcours store");
        return provider;
    }
}
