package fr.eparcours.hapi;

import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import javax.sql.DataSource;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Lets a store that was killed while it made its schema start again: HAPI makes it outside a transaction, takes an unfinished one
 * for a finished one, and waits for its own lock. A schema without our mark and without a single resource is made afresh.
 */
final class FirstSchema {
    private static final Logger LOG = LoggerFactory.getLogger(FirstSchema.class);
    private static final String MARK = "e-parcours: schema complete";

    private FirstSchema() {}

    static void clearUnfinished(DataSource source) throws SQLException {
        try (Connection connection = source.getConnection(); Statement statement = connection.createStatement()) {
            if (exists(statement, "\"FLY_HFJ_MIGRATION\"")) {
                // One process owns this database, and this one has just taken its port: whoever held the lock is gone.
                statement.executeUpdate("delete from \"FLY_HFJ_MIGRATION\" where installed_rank = -100");
            }
            if (isMarked(statement) || !hasTables(statement) || hasResources(statement)) return;
            LOG.warn("the schema was never finished: it is made afresh");
            statement.execute("drop schema public cascade");
            statement.execute("create schema public");
        }
    }

    static void markComplete(DataSource source) throws SQLException {
        try (Connection connection = source.getConnection(); Statement statement = connection.createStatement()) {
            if (!isMarked(statement)) statement.execute("comment on schema public is '" + MARK + "'");
        }
    }

    private static boolean exists(Statement statement, String table) throws SQLException {
        return isTrue(statement, "select to_regclass('public." + table + "') is not null");
    }

    private static boolean isMarked(Statement statement) throws SQLException {
        return isTrue(statement, "select obj_description('public'::regnamespace, 'pg_namespace') is not distinct from '" + MARK + "'");
    }

    private static boolean hasTables(Statement statement) throws SQLException {
        return isTrue(statement, "select exists (select from pg_tables where schemaname = 'public')");
    }

    private static boolean hasResources(Statement statement) throws SQLException {
        return exists(statement, "hfj_resource") && isTrue(statement, "select exists (select from hfj_resource)");
    }

    private static boolean isTrue(Statement statement, String query) throws SQLException {
        try (ResultSet row = statement.executeQuery(query)) {
            return row.next() && row.getBoolean(1);
        }
    }
}
