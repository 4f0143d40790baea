package fr.eparcours.hapi;

import ca.uhn.fhir.jpa.migrate.DriverTypeEnum;
import ca.uhn.fhir.jpa.migrate.HapiMigrationStorageSvc;
import ca.uhn.fhir.jpa.migrate.MigrationTaskList;
import ca.uhn.fhir.jpa.migrate.SchemaMigrator;
import ca.uhn.fhir.jpa.migrate.dao.HapiMigrationDao;
import ca.uhn.fhir.jpa.migrate.tasks.HapiFhirJpaMigrationTasks;
import ca.uhn.fhir.util.VersionEnum;
import com.zaxxer.hikari.HikariConfig;
import com.zaxxer.hikari.HikariDataSource;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.Properties;
import java.util.Set;
import javax.sql.DataSource;

/** The PostgreSQL database of the store: waits for it, brings its schema up to this HAPI version, pools connections. */
final class Database {
    private static final Duration PATIENCE = Duration.ofSeconds(120);
    private static final Duration STEP = Duration.ofMillis(50);

    private final Settings settings;
    private HikariDataSource pool;

    Database(Settings settings) {
        this.settings = settings;
    }

    DataSource source() {
        return pool;
    }

    /** PostgreSQL starts beside us, so it may not be there yet. */
    void awaitConnection() throws Exception {
        Instant limit = Instant.now().plus(PATIENCE);
        while (true) {
            try (Connection connection = DriverManager.getConnection(settings.jdbcUrl(), settings.user(), settings.password())) {
                break;
            } catch (SQLException notYet) {
                if (Instant.now().isAfter(limit)) throw notYet;
                Thread.sleep(STEP.toMillis());
            }
        }
        pool = new HikariDataSource(poolConfig());
    }

    void migrate() throws SQLException {
        FirstSchema.clearUnfinished(pool);
        HapiMigrationDao dao = new HapiMigrationDao(pool, DriverTypeEnum.POSTGRES_9_4, SchemaMigrator.HAPI_FHIR_MIGRATION_TABLENAME);
        HapiMigrationStorageSvc storage = new HapiMigrationStorageSvc(dao);
        MigrationTaskList tasks = new HapiFhirJpaMigrationTasks(Set.of()).getAllTasks(VersionEnum.values());
        SchemaMigrator migrator =
                new SchemaMigrator("HAPI FHIR", SchemaMigrator.HAPI_FHIR_MIGRATION_TABLENAME, pool, new Properties(), tasks, storage);
        migrator.setDriverType(DriverTypeEnum.POSTGRES_9_4);
        migrator.createMigrationTableIfRequired();
        migrator.migrate();
        FirstSchema.markComplete(pool);
    }

    boolean isReachable() {
        try (Connection connection = pool.getConnection()) {
            return connection.isValid(2);
        } catch (SQLException unreachable) {
            return false;
        }
    }

    void close() {
        pool.close();
    }

    private HikariConfig poolConfig() {
        HikariConfig config = new HikariConfig();
        config.setJdbcUrl(settings.jdbcUrl());
        config.setUsername(settings.user());
        config.setPassword(settings.password());
        config.setMaximumPoolSize(20);
        config.setMinimumIdle(2);
        // Short enough that a request meets a dead PostgreSQL as an error, long enough to ride over its restart.
        config.setConnectionTimeout(8_000);
        config.addDataSourceProperty("reWriteBatchedInserts", "true");
        config.addDataSourceProperty("logServerErrorDetail", "false");
        config.addDataSourceProperty("ApplicationName", "hapi");
        config.addDataSourceProperty("tcpKeepAlive", "true");
        return config;
    }
}
