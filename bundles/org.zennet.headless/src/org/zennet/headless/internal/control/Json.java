package org.zennet.headless.internal.control;

import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.JsonSerializer;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializerProvider;
import com.fasterxml.jackson.databind.module.SimpleModule;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Optional;
import org.zennet.api.value.Amount;
import org.zennet.api.value.Counter;
import org.zennet.api.value.FixedBytes;
import org.zennet.api.value.RateVector;
import org.zennet.api.value.UsageVector;

/**
 * Snapshots as JSON: amounts are integers in zen, rates integers in picozen per unit, hashes and keys lower-case hex,
 * times ISO 8601.
 */
public final class Json {
    /** Shared; thread-safe. */
    public static final ObjectMapper MAPPER = make();

    private Json() { }

    /** A value as a tree. */
    public static JsonNode tree(Object value) {
        return MAPPER.valueToTree(value);
    }

    private static ObjectMapper make() {
        SimpleModule module = new SimpleModule();
        put(module, Amount.class, (v, g) -> g.writeNumber(v.zen()));
        put(module, FixedBytes.class, (v, g) -> g.writeString(v.toHex()));
        put(module, Instant.class, (v, g) -> g.writeString(v.toString()));
        put(module, Path.class, (v, g) -> g.writeString(v.toString()));
        put(module, UsageVector.class, (v, g) -> {
            g.writeStartObject();
            for (Counter c : Counter.values()) {
                g.writeNumberField(c.id(), v.get(c));
            }
            g.writeEndObject();
        });
        put(module, RateVector.class, (v, g) -> {
            g.writeStartObject();
            for (Counter c : Counter.values()) {
                g.writeNumberField(c.id(), v.get(c));
            }
            g.writeEndObject();
        });
        module.addSerializer(Optional.class, new JsonSerializer<Optional>() {
            @Override
            public void serialize(Optional value, JsonGenerator g, SerializerProvider p) throws IOException {
                p.defaultSerializeValue(value.orElse(null), g);
            }
        });
        JsonFactory factory = JsonFactory.builder().streamReadConstraints(StreamReadConstraints.builder()
                .maxNestingDepth(64).maxStringLength(8 << 20).maxDocumentLength(64 << 20).build()).build();
        return new ObjectMapper(factory).registerModule(module);
    }

    private interface Writer<T> {
        void write(T value, JsonGenerator g) throws IOException;
    }

    private static <T> void put(SimpleModule module, Class<T> type, Writer<T> writer) {
        module.addSerializer(type, new JsonSerializer<T>() {
            @Override
            public void serialize(T value, JsonGenerator g, SerializerProvider p) throws IOException {
                writer.write(value, g);
            }
        });
    }
}
