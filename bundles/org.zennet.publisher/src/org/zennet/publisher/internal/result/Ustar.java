package org.zennet.publisher.internal.result;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * Reads POSIX ustar archives strictly: regular files and directories with plain relative names only, right checksums,
 * no links, devices or extensions, bounded in number and size.
 */
public final class Ustar {
    /** The most files. */
    public static final int MAX_FILES = 10_000;
    private static final int BLOCK = 512;

    private Ustar() { }

    /**
     * The files of an archive, in its order.
     *
     * @throws IOException with one line that names the entry
     */
    public static Map<String, byte[]> read(byte[] archive) throws IOException {
        Map<String, byte[]> files = new LinkedHashMap<>();
        int at = 0;
        while (true) {
            if (at + BLOCK > archive.length) {
                throw new IOException("the archive is cut short: it has no end mark");
            }
            if (blank(archive, at)) {
                break;
            }
            String name = name(archive, at);
            checksum(archive, at, name);
            long size = octal(archive, at + 124, 12, name);
            char type = (char) archive[at + 156];
            at += BLOCK;
            if (type == '5' && size == 0) {
                continue;
            }
            if (type != '0' && type != 0) {
                throw new IOException("'" + name + "' is no regular file (type '" + type + "'): refused");
            }
            if (size > archive.length - at) {
                throw new IOException("'" + name + "' is cut short");
            }
            if (files.size() >= MAX_FILES) {
                throw new IOException("the archive holds more than " + MAX_FILES + " files");
            }
            if (files.keySet().stream().anyMatch(f -> f.equalsIgnoreCase(name) || f.startsWith(name + "/") || name.startsWith(f + "/"))) {
                throw new IOException("'" + name + "' clashes with another entry");
            }
            files.put(name, Arrays.copyOfRange(archive, at, at + (int) size));
            at += (int) ((size + BLOCK - 1) / BLOCK * BLOCK);
        }
        return files;
    }

    private static String name(byte[] a, int at) throws IOException {
        boolean ustar = new String(a, at + 257, 5, StandardCharsets.US_ASCII).equals("ustar");
        if (!ustar) {
            throw new IOException("at byte " + at + " there is no ustar header");
        }
        String prefix = text(a, at + 345, 155);
        String name = (prefix.isEmpty() ? "" : prefix + "/") + text(a, at, 100);
        String plain = name.endsWith("/") ? name.substring(0, name.length() - 1) : name;
        boolean safe = plain.matches("[A-Za-z0-9._+ -]+(/[A-Za-z0-9._+ -]+)*") && plain.length() <= 200;
        for (String part : plain.split("/")) {
            safe &= !part.isBlank() && !part.equals(".") && !part.equals("..") && !part.startsWith(" ") && !part.endsWith(" ")
                    && !part.endsWith(".");
        }
        if (!safe) {
            throw new IOException("'" + plain.replaceAll("[^A-Za-z0-9._/-]", "?") + "' is no safe name for a file");
        }
        return plain;
    }

    private static void checksum(byte[] a, int at, String name) throws IOException {
        long sum = 0;
        for (int i = 0; i < BLOCK; i++) {
            sum += i >= 148 && i < 156 ? ' ' : a[at + i] & 0xFF;
        }
        if (sum != octal(a, at + 148, 8, name)) {
            throw new IOException("the header of '" + name + "' has a wrong checksum");
        }
    }

    private static long octal(byte[] a, int at, int length, String name) throws IOException {
        String digits = new String(a, at, length, StandardCharsets.US_ASCII).replaceAll("[\\x00 ]+$", "").strip();
        if (!digits.matches("[0-7]{1,11}")) {
            throw new IOException("the header of '" + name + "' has a malformed number");
        }
        return Long.parseLong(digits, 8);
    }

    private static String text(byte[] a, int at, int length) {
        int end = at;
        while (end < at + length && a[end] != 0) {
            end++;
        }
        return new String(a, at, end - at, StandardCharsets.ISO_8859_1);
    }

    private static boolean blank(byte[] a, int at) {
        for (int i = 0; i < BLOCK; i++) {
            if (a[at + i] != 0) {
                return false;
            }
        }
        return true;
    }
}
