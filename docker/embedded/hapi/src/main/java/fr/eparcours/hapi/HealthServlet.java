package fr.eparcours.hapi;

import jakarta.servlet.http.HttpServlet;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;

/** 200 while the database answers, else 503. */
final class HealthServlet extends HttpServlet {
    private final transient Database database;

    HealthServlet(Database database) {
        this.database = database;
    }

    @Override
    protected void doGet(HttpServletRequest request, HttpServletResponse response) throws IOException {
        boolean isUp = database.isReachable();
        response.setStatus(isUp ? 200 : 503);
        response.setContentType("application/json");
        response.getWriter().write(isUp ? "{\"status\":\"up\"}" : "{\"status\":\"down\",\"part\":\"postgres\"}");
    }
}
