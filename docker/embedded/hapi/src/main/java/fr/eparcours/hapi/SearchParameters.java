package fr.eparcours.hapi;

import ca.uhn.fhir.jpa.api.dao.DaoRegistry;
import ca.uhn.fhir.jpa.api.dao.IFhirResourceDao;
import ca.uhn.fhir.rest.api.server.SystemRequestDetails;
import ca.uhn.fhir.rest.server.util.ISearchParamRegistry;
import java.util.List;
import org.hl7.fhir.r4.model.SearchParameter;
import org.springframework.context.ApplicationContext;

/** Stores the search parameters of the packages, so that the store indexes by them from the first write on; an unchanged one makes no new version. */
final class SearchParameters {
    private SearchParameters() {}

    static void store(ApplicationContext context, List<SearchParameter> parameters) {
        IFhirResourceDao<SearchParameter> stored = context.getBean(DaoRegistry.class).getResourceDao(SearchParameter.class);
        for (SearchParameter parameter : parameters) stored.update(parameter, new SystemRequestDetails());
        context.getBean(ISearchParamRegistry.class).forceRefresh();
    }
}
