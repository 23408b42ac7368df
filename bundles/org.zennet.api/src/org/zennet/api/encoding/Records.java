package org.zennet.api.encoding;

import java.lang.reflect.Constructor;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.ParameterizedType;
import java.lang.reflect.RecordComponent;
import java.lang.reflect.Type;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import org.zennet.api.value.Amount;
import org.zennet.api.value.Hash;
import org.zennet.api.value.PublicKey;
import org.zennet.api.value.RateVector;
import org.zennet.api.value.Signature;
import org.zennet.api.value.UsageVector;

/**
 * The canonical encoding of records: their components in the order of declaration. A component may be a long (u63),
 * int (u32 below 2^31), boolean, enum (u8), {@link Amount}, {@link Hash}, {@link PublicKey}, {@link Signature},
 * {@link UsageVector}, {@link RateVector}, text or byte array (with {@link Limit}), list (with {@link Limit}),
 * optional (a flag and the value) or another record. A record with {@link Message} is preceded by its tag where it
 * stands alone. Thread-safe.
 */
public final class Records {
    private static final Map<Class<?>, Shape> SHAPES = new ConcurrentHashMap<>();

    private record Shape(RecordComponent[] components, Constructor<?> constructor) { }

    private Records() { }

    /** The whole message: tag and components. */
    public static byte[] encode(Record message) {
        Encoder out = new Encoder().u16(tag(message.getClass()).code());
        write(out, message);
        return out.toBytes();
    }

    /** The digest that a signature over a message covers: the tagged hash of its encoding. */
    public static Hash digest(Record message) {
        return tag(message.getClass()).hash(encode(message));
    }

    /** Reads a whole message of one type; refuses another tag, anything not canonical, and bytes left over. */
    public static <T extends Record> T decode(Class<T> type, byte[] bytes) throws EncodingException {
        Decoder in = new Decoder(bytes);
        Tag found = Tag.ofCode(in.u16());
        if (found != tag(type)) {
            throw in.fail("a " + found + " message stands where a " + tag(type) + " belongs");
        }
        T message = read(in, type);
        in.end();
        return message;
    }

    /** Reads a whole message of any of some types, chosen by its tag. */
    @SafeVarargs
    public static Record decodeAny(byte[] bytes, Class<? extends Record>... types) throws EncodingException {
        Tag found = Tag.ofCode(new Decoder(bytes).u16());
        for (Class<? extends Record> type : types) {
            if (tag(type) == found) {
                return decode(type, bytes);
            }
        }
        throw new EncodingException("a " + found + " message does not belong here");
    }

    /** Writes the components without a tag. */
    public static void write(Encoder out, Record record) {
        for (RecordComponent c : shape(record.getClass()).components()) {
            try {
                writeValue(out, c.getGenericType(), c.getAnnotation(Limit.class), c.getAccessor().invoke(record), c);
            } catch (ReflectiveOperationException e) {
                throw new IllegalStateException("can't read " + c, e);
            }
        }
    }

    /** Reads components without a tag. */
    public static <T extends Record> T read(Decoder in, Class<T> type) throws EncodingException {
        in.enter();
        Shape shape = shape(type);
        Object[] values = new Object[shape.components().length];
        for (int i = 0; i < values.length; i++) {
            RecordComponent c = shape.components()[i];
            values[i] = readValue(in, c.getGenericType(), c.getAnnotation(Limit.class), c);
        }
        in.leave();
        try {
            return type.cast(shape.constructor().newInstance(values));
        } catch (InvocationTargetException e) {
            throw in.fail(String.valueOf(e.getCause().getMessage()));
        } catch (ReflectiveOperationException e) {
            throw new IllegalStateException("can't make a " + type, e);
        }
    }

    private static void writeValue(Encoder out, Type type, Limit limit, Object value, RecordComponent c) {
        if (value == null) {
            throw new IllegalArgumentException(c + " is null");
        }
        if (value instanceof Long v) {
            out.u63(v);
        } else if (value instanceof Integer v) {
            out.u32(v);
        } else if (value instanceof Boolean v) {
            out.bool(v);
        } else if (value instanceof Enum<?> v) {
            out.u8(v.ordinal());
        } else if (value instanceof Amount v) {
            out.u63(v.zen());
        } else if (value instanceof Hash || value instanceof PublicKey || value instanceof Signature) {
            out.fixed((org.zennet.api.value.FixedBytes) value);
        } else if (value instanceof UsageVector v) {
            v.toList().forEach(out::u63);
        } else if (value instanceof RateVector v) {
            v.toList().forEach(out::u63);
        } else if (value instanceof String v) {
            out.text(v, limit(limit, c));
        } else if (value instanceof byte[] v) {
            out.bytes(v, limit(limit, c));
        } else if (value instanceof List<?> v) {
            if (v.size() > limit(limit, c)) {
                throw new IllegalArgumentException(c + " has " + v.size() + " elements, above its limit");
            }
            out.length(v.size());
            v.forEach(e -> writeValue(out, argument(type), each(limit), e, c));
        } else if (value instanceof Optional<?> v) {
            out.bool(v.isPresent());
            v.ifPresent(e -> writeValue(out, argument(type), limit, e, c));
        } else if (value instanceof Record v) {
            write(out, v);
        } else {
            throw new IllegalArgumentException(c + " has a type without encoding");
        }
    }

    private static Object readValue(Decoder in, Type type, Limit limit, RecordComponent c) throws EncodingException {
        Class<?> raw = raw(type);
        if (raw == long.class || raw == Long.class) {
            return in.u63();
        } else if (raw == int.class || raw == Integer.class) {
            long v = in.u32();
            if (v > Integer.MAX_VALUE) {
                throw in.fail("a number is above 2^31-1");
            }
            return (int) v;
        } else if (raw == boolean.class || raw == Boolean.class) {
            return in.bool();
        } else if (raw.isEnum()) {
            Object[] constants = raw.getEnumConstants();
            int ordinal = in.u8();
            if (ordinal >= constants.length) {
                throw in.fail("unknown " + raw.getSimpleName() + " " + ordinal);
            }
            return constants[ordinal];
        } else if (raw == Amount.class) {
            return new Amount(in.u63());
        } else if (raw == Hash.class) {
            return in.hash();
        } else if (raw == PublicKey.class) {
            return in.publicKey();
        } else if (raw == Signature.class) {
            return in.signature();
        } else if (raw == UsageVector.class) {
            return UsageVector.of(longs(in));
        } else if (raw == RateVector.class) {
            try {
                return RateVector.of(longs(in));
            } catch (IllegalArgumentException e) {
                throw in.fail(e.getMessage());
            }
        } else if (raw == String.class) {
            return in.text(limit(limit, c));
        } else if (raw == byte[].class) {
            return in.bytes(limit(limit, c));
        } else if (raw == List.class) {
            int count = in.length(limit(limit, c));
            if (count > in.remaining()) {
                throw in.fail("a list is longer than the message");
            }
            List<Object> list = new ArrayList<>();
            for (int i = 0; i < count; i++) {
                list.add(readValue(in, argument(type), each(limit), c));
            }
            return Collections.unmodifiableList(list);
        } else if (raw == Optional.class) {
            return in.bool() ? Optional.of(readValue(in, argument(type), limit, c)) : Optional.empty();
        } else if (raw.isRecord()) {
            return read(in, raw.asSubclass(Record.class));
        }
        throw new IllegalArgumentException(c + " has a type without encoding");
    }

    private static long[] longs(Decoder in) throws EncodingException {
        long[] v = new long[org.zennet.api.value.Counter.values().length];
        for (int i = 0; i < v.length; i++) {
            v[i] = in.u63();
        }
        return v;
    }

    private static int limit(Limit limit, RecordComponent c) {
        if (limit == null || limit.value() <= 0) {
            throw new IllegalArgumentException(c + " needs a @Limit");
        }
        return limit.value();
    }

    private static Limit each(Limit limit) {
        if (limit == null || limit.each() <= 0) {
            return null;
        }
        int each = limit.each();
        return new Limit() {
            @Override
            public Class<Limit> annotationType() {
                return Limit.class;
            }

            @Override
            public int value() {
                return each;
            }

            @Override
            public int each() {
                return 0;
            }
        };
    }

    private static Type argument(Type type) {
        return ((ParameterizedType) type).getActualTypeArguments()[0];
    }

    private static Class<?> raw(Type type) {
        return type instanceof ParameterizedType p ? (Class<?>) p.getRawType() : (Class<?>) type;
    }

    private static Tag tag(Class<?> type) {
        Message message = type.getAnnotation(Message.class);
        if (message == null) {
            throw new IllegalArgumentException(type + " has no @Message tag");
        }
        return message.value();
    }

    private static Shape shape(Class<?> type) {
        return SHAPES.computeIfAbsent(type, t -> {
            RecordComponent[] components = t.getRecordComponents();
            try {
                Constructor<?> constructor = t.getDeclaredConstructor(
                        Arrays.stream(components).map(RecordComponent::getType).toArray(Class<?>[]::new));
                constructor.setAccessible(true);
                for (RecordComponent c : components) {
                    c.getAccessor().setAccessible(true);
                }
                return new Shape(components, constructor);
            } catch (NoSuchMethodException e) {
                throw new IllegalStateException(t + " has no canonical constructor", e);
            }
        });
    }
}
