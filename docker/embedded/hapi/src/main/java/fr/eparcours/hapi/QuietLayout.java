package fr.eparcours.hapi;

import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.classic.spi.IThrowableProxy;
import ch.qos.logback.classic.spi.StackTraceElementProxy;
import ch.qos.logback.core.LayoutBase;
import java.time.Instant;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A log line that cannot carry a person: messages of libraries quote search values and resources, so only their template, their
 * HAPI code and the frames of an exception are written; our own messages are written whole.
 */
public final class QuietLayout extends LayoutBase<ILoggingEvent> {
    private static final Pattern CODE = Pattern.compile("HAPI-\\d{4}");
    private static final int FRAMES = 12;

    @Override
    public String doLayout(ILoggingEvent event) {
        StringBuilder line = new StringBuilder(160);
        line.append(Instant.ofEpochMilli(event.getTimeStamp())).append(' ').append(event.getLevel()).append(' ');
        line.append(event.getLoggerName()).append(": ").append(text(event)).append('\n');
        for (IThrowableProxy cause = event.getThrowableProxy(); cause != null; cause = cause.getCause()) {
            line.append("  ").append(cause.getClassName()).append(' ').append(code(cause.getMessage())).append('\n');
            StackTraceElementProxy[] frames = cause.getStackTraceElementProxyArray();
            for (int at = 0; at < Math.min(FRAMES, frames.length); at++) {
                line.append("    ").append(frames[at].getSTEAsString()).append('\n');
            }
        }
        return line.toString();
    }

    private static String text(ILoggingEvent event) {
        String template = event.getMessage();
        if (event.getLoggerName().startsWith("fr.eparcours.")) return event.getFormattedMessage();
        if (template != null && template.contains("{}")) return template;
        return "(message withheld) " + code(template);
    }

    private static String code(String message) {
        if (message == null) return "";
        Matcher found = CODE.matcher(message);
        return found.find() ? found.group() : "";
    }
}
