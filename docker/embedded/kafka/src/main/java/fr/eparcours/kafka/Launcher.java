package fr.eparcours.kafka;

import java.io.FileInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Properties;
import org.apache.kafka.common.Uuid;

/** Formats the log directory once, then runs one KRaft broker in this process; ends when its parent is gone. Argument: server.properties. */
public final class Launcher {
    private Launcher() {}

    public static void main(String[] arguments) throws IOException {
        watchParent();
        Properties settings = new Properties();
        try (InputStream file = new FileInputStream(arguments[0])) {
            settings.load(file);
        }
        Path formatted = Path.of(settings.getProperty("log.dirs"), "meta.properties");
        if (!Files.exists(formatted)) {
            String[] format = {"format", "-t", Uuid.randomUuid().toString(), "-c", arguments[0]};
            if (kafka.tools.StorageTool.execute(format, System.out) != 0) System.exit(1);
        }
        kafka.Kafka.main(new String[] {arguments[0]});
    }

    /** The parent holds our standard input open and never writes to it. */
    private static void watchParent() {
        Thread watch = new Thread(() -> {
            try {
                while (System.in.read() >= 0) {
                    // Only the end counts.
                }
            } catch (IOException closed) {
                System.exit(0);
            }
            System.exit(0);
        }, "parent-watch");
        watch.setDaemon(true);
        watch.start();
    }
}
