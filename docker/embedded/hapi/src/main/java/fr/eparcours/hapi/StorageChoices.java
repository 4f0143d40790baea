package fr.eparcours.hapi;

import ca.uhn.fhir.jpa.api.config.JpaStorageSettings;
import ca.uhn.fhir.jpa.api.config.JpaStorageSettings.ClientIdStrategyEnum;
import ca.uhn.fhir.jpa.api.config.JpaStorageSettings.IdStrategyEnum;
import ca.uhn.fhir.jpa.api.config.JpaStorageSettings.StoreMetaSourceInformationEnum;
import ca.uhn.fhir.jpa.model.entity.StorageSettings;
import java.util.Set;

/** How the store behaves where HAPI leaves a choice. */
final class StorageChoices {
    private StorageChoices() {}

    static JpaStorageSettings of(Settings settings) {
        JpaStorageSettings choices = new JpaStorageSettings();
        // The hub mints ids; the same bytes again make no new version, so a message can be executed twice.
        choices.setResourceClientIdStrategy(ClientIdStrategyEnum.ANY);
        choices.setResourceServerIdStrategy(IdStrategyEnum.UUID);
        choices.setSuppressUpdatesWithNoChange(true);
        choices.setStoreMetaSourceInformation(StoreMetaSourceInformationEnum.SOURCE_URI);

        choices.setEnforceReferentialIntegrityOnWrite(true);
        choices.setAutoCreatePlaceholderReferenceTargets(false);
        choices.setAllowExternalReferences(true);
        choices.setTreatBaseUrlsAsLocal(Set.of(settings.base()));
        choices.setAllowMultipleDelete(true);
        choices.setExpungeEnabled(true);
        choices.setDeleteExpungeEnabled(true);

        // One process owns this database and nothing found by a conditional URL is deleted behind it.
        choices.setMatchUrlCacheEnabled(true);
        // A search right after a write sees it.
        choices.setReuseCachedSearchResultsForMillis(null);
        choices.setFetchSizeDefaultMaximum(1_000);
        choices.setAllowContainsSearches(true);
        // `:missing` is answered.
        choices.setIndexMissingFields(StorageSettings.IndexEnabledEnum.ENABLED);
        choices.setHibernateSearchIndexFullText(false);
        choices.setAdvancedHSearchIndexing(false);
        choices.setDefaultSearchParamsCanBeOverridden(true);
        return choices;
    }
}
