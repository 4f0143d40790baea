package fr.eparcours.hapi;

import ca.uhn.fhir.rest.server.RestfulServer;
import org.eclipse.jetty.ee10.servlet.ServletContextHandler;
import org.eclipse.jetty.ee10.servlet.ServletHolder;
import org.eclipse.jetty.http.UriCompliance;
import org.eclipse.jetty.server.HttpConfiguration;
import org.eclipse.jetty.server.HttpConnectionFactory;
import org.eclipse.jetty.server.Server;
import org.eclipse.jetty.server.ServerConnector;
import org.eclipse.jetty.server.handler.GracefulHandler;
import org.eclipse.jetty.util.thread.QueuedThreadPool;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.context.ApplicationContext;

/** The HTTP side: /fhir and /health on one Jetty connector, bound to loopback. */
final class Web {
    private static final Logger LOG = LoggerFactory.getLogger(Web.class);
    private static final int STOP_MILLIS = 10_000;

    private final Server server;
    private final WarmUp warmUp;

    Web(Settings settings, ApplicationContext context, Database database) {
        server = new Server(new QueuedThreadPool(64, 4));
        server.addConnector(connector(settings));
        ServletContextHandler servlets = new ServletContextHandler("/");
        warmUp = new WarmUp(context);
        RestfulServer hapi = FhirServlet.of(context, settings.base());
        hapi.registerInterceptor(warmUp);
        ServletHolder fhir = new ServletHolder(hapi);
        fhir.setInitOrder(1);
        servlets.addServlet(fhir, "/fhir/*");
        servlets.addServlet(new ServletHolder(new HealthServlet(database)), "/health");
        server.setHandler(new GracefulHandler(servlets));
        server.setStopTimeout(STOP_MILLIS);
    }

    void start() throws Exception {
        server.start();
        warmUp.inBackground();
    }

    void stop() {
        try {
            server.stop();
        } catch (Exception stuck) {
            LOG.warn("stop took too long");
        }
    }

    private ServerConnector connector(Settings settings) {
        HttpConfiguration http = new HttpConfiguration();
        // Searches carry '|' and encoded characters that the strict mode refuses.
        http.setUriCompliance(UriCompliance.LEGACY);
        http.setSendServerVersion(false);
        http.setRequestHeaderSize(64 * 1024);
        ServerConnector connector = new ServerConnector(server, new HttpConnectionFactory(http));
        connector.setHost(settings.host());
        connector.setPort(settings.port());
        connector.setIdleTimeout(120_000);
        return connector;
    }
}
