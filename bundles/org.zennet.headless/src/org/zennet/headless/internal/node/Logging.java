package org.zennet.headless.internal.node;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.LoggerContext;
import ch.qos.logback.classic.encoder.JsonEncoder;
import ch.qos.logback.classic.encoder.PatternLayoutEncoder;
import ch.qos.logback.core.ConsoleAppender;
import ch.qos.logback.core.encoder.Encoder;
import ch.qos.logback.core.rolling.FixedWindowRollingPolicy;
import ch.qos.logback.core.rolling.RollingFileAppender;
import ch.qos.logback.core.rolling.SizeBasedTriggeringPolicy;
import ch.qos.logback.core.util.FileSize;
import ch.qos.logback.classic.spi.ILoggingEvent;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.slf4j.LoggerFactory;
import org.zennet.services.Rejected;

/** Sets up logging: without settings nothing on the terminal, a file of at most 10 MiB (and two older ones) per process. */
public final class Logging {
    private Logging() { }

    /** Silences everything; for commands that only ask. */
    public static void silent() {
        if (LoggerFactory.getILoggerFactory() instanceof LoggerContext context) {
            context.reset();
            context.getLogger(org.slf4j.Logger.ROOT_LOGGER_NAME).setLevel(Level.OFF);
        }
    }

    /**
     * Logs from level INFO on, as the section {@code logging} of the configuration says: {@code to} is {@code file}
     * ({@code <directory>/<name>.log}, the default), {@code stderr} or {@code both}; {@code format} is {@code text} (the
     * default) or {@code json}, a JSON object a line (RFC 8259) with timestamp in milliseconds, level, logger and message.
     */
    public static void start(Path directory, String name, Map<String, Object> settings) throws Rejected {
        String to = choice(settings, "to", "file", "stderr", "both");
        String format = choice(settings, "format", "text", "json");
        if (!(LoggerFactory.getILoggerFactory() instanceof LoggerContext context)) {
            return;
        }
        context.reset();
        Logger root = context.getLogger(org.slf4j.Logger.ROOT_LOGGER_NAME);
        root.setLevel(Level.INFO);
        if (!to.equals("stderr")) {
            root.addAppender(file(context, directory.resolve(name + ".log"), encoder(context, format)));
        }
        if (!to.equals("file")) {
            ConsoleAppender<ILoggingEvent> console = new ConsoleAppender<>();
            console.setContext(context);
            console.setTarget("System.err");
            console.setEncoder(encoder(context, format));
            console.start();
            root.addAppender(console);
        }
        context.getLogger("io.netty").setLevel(Level.WARN);
        context.getLogger("org.apache.sshd").setLevel(Level.WARN);
    }

    private static String choice(Map<String, Object> settings, String key, String... choices) throws Rejected {
        Object value = settings.getOrDefault(key, choices[0]);
        if (!List.of(choices).contains(value)) {
            throw new Rejected("logging." + key + " in config.yaml is one of " + String.join(", ", choices) + ", not '" + value + "'");
        }
        return (String) value;
    }

    private static Encoder<ILoggingEvent> encoder(LoggerContext context, String format) {
        if (format.equals("json")) {
            JsonEncoder json = new JsonEncoder();
            json.setContext(context);
            json.setWithSequenceNumber(false);
            json.setWithNanoseconds(false);
            json.setWithContext(false);
            json.setWithArguments(false);
            json.setWithMessage(false);
            json.setWithFormattedMessage(true);
            json.start();
            return json;
        }
        PatternLayoutEncoder text = new PatternLayoutEncoder();
        text.setContext(context);
        text.setPattern("%d{yyyy-MM-dd'T'HH:mm:ss.SSSXXX} %-5level [%thread] %logger{20} - %msg%n");
        text.start();
        return text;
    }

    /** At most 10 MiB, and two older ones. */
    private static RollingFileAppender<ILoggingEvent> file(LoggerContext context, Path file, Encoder<ILoggingEvent> encoder) {
        RollingFileAppender<ILoggingEvent> appender = new RollingFileAppender<>();
        appender.setContext(context);
        appender.setFile(file.toString());
        appender.setEncoder(encoder);
        FixedWindowRollingPolicy rolling = new FixedWindowRollingPolicy();
        rolling.setContext(context);
        rolling.setParent(appender);
        rolling.setFileNamePattern(file + ".%i");
        rolling.setMinIndex(1);
        rolling.setMaxIndex(2);
        rolling.start();
        SizeBasedTriggeringPolicy<ILoggingEvent> trigger = new SizeBasedTriggeringPolicy<>();
        trigger.setContext(context);
        trigger.setMaxFileSize(FileSize.valueOf("10MB"));
        trigger.start();
        appender.setRollingPolicy(rolling);
        appender.setTriggeringPolicy(trigger);
        appender.start();
        return appender;
    }
}
