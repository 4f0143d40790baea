package fr.eparcours.hapi;

import java.net.BindException;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.context.annotation.AnnotationConfigApplicationContext;

/** Starts HAPI FHIR JPA R4: port check, schema, Spring context, FHIR package, Jetty. Any failure ends the process. */
public final class Launcher {
    private static final Logger LOG = LoggerFactory.getLogger(Launcher.class);

    private Launcher() {}

    public static void main(String[] arguments) {
        ParentWatch.start();
        try {
            run(Settings.fromEnvironment());
        } catch (Throwable failure) {
            // Quartz and scheduler threads would keep the JVM alive after a failed start.
            LOG.error("start failed: {}", failure.getClass().getSimpleName(), failure);
            System.exit(1);
        }
    }

    private static void run(Settings settings) throws Exception {
        Stopwatch watch = new Stopwatch();
        requireFreePort(settings);
        Database database = new Database(settings);
        database.awaitConnection();
        watch.lap("database");
        database.migrate();
        watch.lap("schema");

        AnnotationConfigApplicationContext context = new AnnotationConfigApplicationContext();
        context.registerBean(Settings.class, () -> settings);
        context.registerBean(Database.class, () -> database);
        context.register(StoreConfig.class);
        context.refresh();
        watch.lap("context");
        PackageLoader.load(context, settings.packageFiles());
        watch.lap("package");

        Web web = new Web(settings, context, database);
        Runtime.getRuntime().addShutdownHook(new Thread(() -> stop(web, context, database), "stop"));
        web.start();
        watch.lap("web");
        LOG.info("ready on port {} ({})", settings.port(), watch);
    }

    private static void stop(Web web, AnnotationConfigApplicationContext context, Database database) {
        web.stop();
        context.close();
        database.close();
    }

    /** Jetty would find a taken port only after the whole Spring start. */
    private static void requireFreePort(Settings settings) throws Exception {
        try (ServerSocket probe = new ServerSocket()) {
            probe.setReuseAddress(true);
            probe.bind(new InetSocketAddress(settings.host(), settings.port()));
        } catch (BindException taken) {
            throw new IllegalStateException("port " + settings.port() + " is taken", taken);
        }
    }
}
