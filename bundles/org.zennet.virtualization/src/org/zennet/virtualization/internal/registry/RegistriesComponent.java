package org.zennet.virtualization.internal.registry;

import java.io.IOException;
import java.net.http.HttpClient;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.ConfigurationPolicy;
import org.osgi.service.component.annotations.Deactivate;
import org.osgi.service.component.annotations.Modified;
import org.osgi.service.metatype.annotations.AttributeDefinition;
import org.osgi.service.metatype.annotations.Designate;
import org.osgi.service.metatype.annotations.ObjectClassDefinition;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.zennet.api.container.ImageReference;
import org.zennet.api.value.Hash;
import org.zennet.services.Rejected;
import org.zennet.services.provider.ImageRegistries;

/** Pulls images from the registries that the owner allows; there where it is configured, and without a list it pulls none. */
@Component(service = ImageRegistries.class, name = RegistriesComponent.PID, configurationPid = RegistriesComponent.PID,
        configurationPolicy = ConfigurationPolicy.REQUIRE)
@Designate(ocd = RegistriesComponent.Config.class)
public final class RegistriesComponent implements ImageRegistries {
    /** The configuration's pid. */
    public static final String PID = "org.zennet.virtualization.registry";
    private static final Logger LOG = LoggerFactory.getLogger(RegistriesComponent.class);
    private static final Duration PATIENCE = Duration.ofSeconds(30);

    /** Settings. */
    @ObjectClassDefinition(name = "Image registries", description = "Where images may be pulled from")
    public @interface Config {
        /** What is allowed. */
        @AttributeDefinition(name = "Registries", description = "Registries that images may be pulled from, separated by commas: "
                + "HOST[:PORT][/PATH] over HTTPS, or http://HOST:PORT; empty: none")
        String registries() default "";

        /** Bytes of an image. */
        @AttributeDefinition(name = "Largest", description = "The most bytes of an image, packed")
        long largest() default 2L << 30;

        /** Seconds of a pull. */
        @AttributeDefinition(name = "Seconds", description = "The longest that a pull may take; leases wait 600 s for their container")
        int seconds() default 540;
    }

    private record Rules(Allowed allowed, long largest, Duration longest) { }

    private volatile Rules rules;
    private final HttpClient http = HttpClient.newBuilder().connectTimeout(Duration.ofSeconds(10)).followRedirects(HttpClient.Redirect.NEVER).build();
    private final ScheduledExecutorService clock = Executors.newSingleThreadScheduledExecutor(
            Thread.ofPlatform().daemon().name("registry-clock").factory());

    /** From configuration. */
    @Activate
    public RegistriesComponent(Config config) {
        this(config.registries(), config.largest(), Duration.ofSeconds(Math.max(1, config.seconds())));
    }

    RegistriesComponent(String registries, long largest, Duration longest) {
        change(registries, largest, longest);
    }

    /** Other settings hold for pulls that begin from now on. What can't be read changes nothing. */
    @Modified
    public void modified(Config config) {
        try {
            change(config.registries(), config.largest(), Duration.ofSeconds(Math.max(1, config.seconds())));
        } catch (IllegalArgumentException e) {
            LOG.warn("the registries of before stay allowed: {}", e.getMessage());
        }
    }

    void change(String registries, long largest, Duration longest) {
        rules = new Rules(new Allowed(registries), largest, longest);
    }

    @Override
    public Optional<String> objection(ImageReference image) {
        return rules.allowed().objection(image);
    }

    @Override
    public Hash pull(ImageReference image, Path file, Watcher watcher) throws Rejected, IOException, InterruptedException {
        Rules now = rules;
        Optional<String> objection = now.allowed().objection(image);
        if (objection.isPresent()) {
            throw new Rejected(objection.get());
        }
        Deadline deadline = new Deadline(Thread.currentThread());
        var alarm = clock.schedule(deadline::pass, now.longest().toMillis(), TimeUnit.MILLISECONDS);
        try {
            return new Pull(new RegistryClient(http, now.allowed().base(image), PATIENCE), image, architecture(), now.largest(), watcher).into(file);
        } catch (IOException | InterruptedException e) {
            if (deadline.passed()) {
                throw new Rejected("the image " + image + " did not come within " + now.longest().toSeconds() + " s", e);
            }
            if (Thread.interrupted()) {
                throw new InterruptedException("the pull was ended");
            }
            throw e;
        } finally {
            alarm.cancel(false);
            deadline.over();
        }
    }

    /** Interrupts a pull that takes too long, and nothing after it. */
    private static final class Deadline {
        private final Thread pull;
        private boolean passed;
        private boolean over;

        Deadline(Thread pull) {
            this.pull = pull;
        }

        synchronized void pass() {
            if (!over) {
                passed = true;
                pull.interrupt();
            }
        }

        synchronized boolean passed() {
            return passed;
        }

        synchronized void over() {
            over = true;
            if (passed) {
                Thread.interrupted();
            }
        }
    }

    /** This processor in the words of images. */
    private static String architecture() {
        return switch (System.getProperty("os.arch", "")) {
            case "amd64", "x86_64" -> "amd64";
            case "aarch64", "arm64" -> "arm64";
            default -> System.getProperty("os.arch", "");
        };
    }

    /** Pulls that run end by themselves. */
    @Deactivate
    public void close() {
        clock.shutdownNow();
        http.shutdownNow();
    }
}
