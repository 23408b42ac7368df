package org.zennet.headless.internal.control;

import com.fasterxml.jackson.databind.JsonNode;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Locale;
import java.util.Optional;
import org.zennet.api.container.Egress;
import org.zennet.api.container.ImageReference;
import org.zennet.api.value.Amount;
import org.zennet.api.value.Resources;
import org.zennet.services.Rejected;
import org.zennet.services.publisher.RentService.Request;
import org.zennet.services.publisher.RentService.WitnessPolicy;

/** What is wanted of a rent, as the control socket has it: sizes in bytes, cores in thousandths, times in seconds, the budget in zen. */
public final class RentCalls {
    private RentCalls() { }

    /** Reads it. */
    public static Request request(JsonNode w) throws Rejected {
        String image = w.path("image").asText();
        long idle = w.path("idle").asLong();
        try {
            Optional<ImageReference> reference = ImageReference.looksLike(image) ? Optional.of(ImageReference.parse(image)) : Optional.empty();
            Optional<Path> file = image.isEmpty() || reference.isPresent() ? Optional.empty() : Optional.of(Path.of(image));
            return new Request(w.path("machines").asInt(), new Resources(w.path("cores").asInt(), w.path("memory").asLong(), w.path("disk").asLong()),
                    w.path("backend").asText(), file, reference, new Amount(w.path("budget").asLong()),
                    Duration.ofSeconds(w.path("seconds").asLong()), idle == 0 ? Optional.empty() : Optional.of(Duration.ofSeconds(idle)),
                    Path.of(w.path("directory").asText()), Egress.parse(w.path("egress").asText("none")),
                    WitnessPolicy.valueOf(w.path("witness").asText("off").toUpperCase(Locale.ROOT)));
        } catch (IllegalArgumentException e) {
            throw new Rejected(e.getMessage(), e);
        }
    }
}
