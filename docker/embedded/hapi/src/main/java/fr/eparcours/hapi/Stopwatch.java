package fr.eparcours.hapi;

import java.lang.management.ManagementFactory;
import java.util.StringJoiner;

/** Says in the log which step of a start took how long, the JVM itself first. */
final class Stopwatch {
    private final StringJoiner laps = new StringJoiner(", ");
    private long lastMillis = System.currentTimeMillis();

    Stopwatch() {
        laps.add("jvm " + (lastMillis - ManagementFactory.getRuntimeMXBean().getStartTime()) + " ms");
    }

    void lap(String step) {
        long now = System.currentTimeMillis();
        laps.add(step + " " + (now - lastMillis) + " ms");
        lastMillis = now;
    }

    @Override
    public String toString() {
        return laps.toString();
    }
}
