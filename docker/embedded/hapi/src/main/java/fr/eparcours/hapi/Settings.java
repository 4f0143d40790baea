package fr.eparcours.hapi;

import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/** What the supervisor decides for this process; the database password comes as a file. */
record Settings(String host, int port, String jdbcUrl, String user, String password, List<Path> packageFiles) {
    static Settings fromEnvironment() throws IOException {
        return new Settings(
                optional("HAPI_HOST").orElse("127.0.0.1"),
                Integer.parseInt(required("HAPI_PORT")),
                required("HAPI_JDBC_URL"),
                required("HAPI_DB_USER"),
                Files.readString(Path.of(required("HAPI_DB_PASSWORD_FILE"))).trim(),
                optional("HAPI_PACKAGES").stream().flatMap(paths -> Stream.of(paths.split(File.pathSeparator))).map(Path::of).toList());
    }

    String base() {
        return "http://" + host + ":" + port + "/fhir";
    }

    private static String required(String name) {
        return optional(name).orElseThrow(() -> new IllegalStateException(name + " is not set"));
    }

    private static Optional<String> optional(String name) {
        return Optional.ofNullable(System.getenv(name)).filter(value -> !value.isBlank());
    }
}
