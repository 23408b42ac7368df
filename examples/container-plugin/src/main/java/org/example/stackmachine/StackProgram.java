package org.example.stackmachine;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.function.BooleanSupplier;

/** A program of the stack language, checked before it runs. Immutable; may run on several threads at once. */
final class StackProgram {
    /** The most words of a program. */
    static final int MAX_WORDS = 100_000;
    /** The most numbers on the stack. */
    static final int MAX_STACK = 100_000;
    /** How often a run looks whether it shall end, in steps. */
    private static final int LOOK = 1 << 12;

    private final List<String> words;
    /** For each bracket the index of its partner. */
    private final int[] partner;

    private StackProgram(List<String> words, int[] partner) {
        this.words = words;
        this.partner = partner;
    }

    /** What a program does wrong while it runs, in one line. */
    static final class Trap extends Exception {
        private static final long serialVersionUID = 1L;

        Trap(String message) {
            super(message);
        }
    }

    /** It wrote more than it may. */
    static final class OutputLimit extends Exception {
        private static final long serialVersionUID = 1L;
    }

    /** It was told to end. */
    static final class Stopped extends Exception {
        private static final long serialVersionUID = 1L;
    }

    /** Reads a program; throws {@link IllegalArgumentException} with a one-line reason. */
    static StackProgram parse(byte[] text) {
        List<String> words = new ArrayList<>();
        boolean comment = false;
        for (String word : new String(text, StandardCharsets.UTF_8).split("\\s+")) {
            if (word.equals("(") || word.equals(")")) {
                comment = word.equals("(");
            } else if (!word.isEmpty() && !comment) {
                words.add(word);
            }
            if (words.size() > MAX_WORDS) {
                throw new IllegalArgumentException("a program has at most " + MAX_WORDS + " words");
            }
        }
        int[] partner = new int[words.size()];
        Deque<Integer> open = new ArrayDeque<>();
        for (int i = 0; i < words.size(); i++) {
            String w = words.get(i);
            if (w.equals("[")) {
                open.push(i);
            } else if (w.equals("]")) {
                if (open.isEmpty()) {
                    throw new IllegalArgumentException("word " + (i + 1) + " closes a bracket that is not open");
                }
                partner[i] = open.pop();
                partner[partner[i]] = i;
            } else if (!w.matches("[-+*/%.]|dup|drop|swap|over|in|out|exit|-?[0-9]{1,18}")) {
                throw new IllegalArgumentException("word " + (i + 1) + " is unknown: " + w.substring(0, Math.min(20, w.length())));
            }
        }
        if (!open.isEmpty()) {
            throw new IllegalArgumentException("word " + (open.pop() + 1) + " opens a bracket that is never closed");
        }
        return new StackProgram(words, partner);
    }

    /**
     * Runs it to its end.
     *
     * @param in        what it reads
     * @param out       what it writes
     * @param maxOutput the most bytes of that
     * @param stop      asked every few thousand steps; the run ends where it says so
     * @return its exit code
     */
    int run(byte[] in, ByteArrayOutputStream out, int maxOutput, BooleanSupplier stop) throws Trap, OutputLimit, Stopped {
        long[] stack = new long[64];
        int depth = 0;
        int read = 0;
        long steps = 0;
        for (int at = 0; at < words.size(); at++) {
            if (++steps % LOOK == 0 && stop.getAsBoolean()) {
                throw new Stopped();
            }
            String w = words.get(at);
            int needs = switch (w) {
                case "+", "-", "*", "/", "%", "swap", "over" -> 2;
                case "dup", "drop", "out", ".", "[", "]", "exit" -> w.equals("]") ? 0 : 1;
                default -> 0;
            };
            if (depth < needs) {
                throw new Trap("'" + w + "' at word " + (at + 1) + " wants " + needs + " numbers, there are " + depth);
            }
            if (depth + 1 > MAX_STACK) {
                throw new Trap("more than " + MAX_STACK + " numbers on the stack");
            }
            if (depth + 1 > stack.length) {
                stack = java.util.Arrays.copyOf(stack, stack.length * 2);
            }
            try {
                switch (w) {
                    case "+" -> stack[--depth - 1] = Math.addExact(stack[depth - 1], stack[depth]);
                    case "-" -> stack[--depth - 1] = Math.subtractExact(stack[depth - 1], stack[depth]);
                    case "*" -> stack[--depth - 1] = Math.multiplyExact(stack[depth - 1], stack[depth]);
                    case "/" -> stack[--depth - 1] = stack[depth - 1] / stack[depth];
                    case "%" -> stack[--depth - 1] = stack[depth - 1] % stack[depth];
                    case "dup" -> stack[depth] = stack[depth++ - 1];
                    case "drop" -> depth--;
                    case "over" -> stack[depth] = stack[depth++ - 2];
                    case "swap" -> {
                        long top = stack[depth - 1];
                        stack[depth - 1] = stack[depth - 2];
                        stack[depth - 2] = top;
                    }
                    case "in" -> stack[depth++] = read < in.length ? in[read++] & 0xFF : -1;
                    case "out" -> write(out, new byte[] {(byte) stack[--depth]}, maxOutput);
                    case "." -> write(out, (stack[--depth] + "\n").getBytes(StandardCharsets.US_ASCII), maxOutput);
                    case "[" -> at = stack[--depth] == 0 ? partner[at] : at;
                    case "]" -> at = partner[at] - 1;
                    case "exit" -> {
                        return (int) (stack[depth - 1] & 0xFF);
                    }
                    default -> stack[depth++] = Long.parseLong(w);
                }
            } catch (ArithmeticException e) {
                throw new Trap("'" + w + "' at word " + (at + 1) + ": " + e.getMessage());
            }
        }
        return 0;
    }

    private static void write(ByteArrayOutputStream out, byte[] bytes, int most) throws OutputLimit {
        if (out.size() + bytes.length > most) {
            out.write(bytes, 0, most - out.size());
            throw new OutputLimit();
        }
        out.write(bytes, 0, bytes.length);
    }
}
