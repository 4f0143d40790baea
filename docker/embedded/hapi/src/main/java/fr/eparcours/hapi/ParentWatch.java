package fr.eparcours.hapi;

import java.io.IOException;
import java.io.InputStream;

/** Ends this process when its parent is gone: the parent holds our standard input open and never writes to it. */
final class ParentWatch {
    private ParentWatch() {}

    static void start() {
        Thread watch = new Thread(ParentWatch::waitForEnd, "parent-watch");
        watch.setDaemon(true);
        watch.start();
    }

    private static void waitForEnd() {
        InputStream input = System.in;
        try {
            while (input.read() >= 0) {
                // Nothing is ever written; only the end counts.
            }
        } catch (IOException closed) {
            System.exit(0);
        }
        System.exit(0);
    }
}
