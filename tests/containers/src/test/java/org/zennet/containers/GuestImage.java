package org.zennet.containers;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.DigestOutputStream;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.Map;
import java.util.TreeMap;
import java.util.zip.GZIPOutputStream;

/** An image archive with the guest program as its entry point, as docker save would write it; and tar archives of files. */
final class GuestImage {
  private GuestImage() { }

  /** The image: {@code /bin/guest}, and links to it for a shell and an own name. */
  static byte[] archive(Path program) throws IOException {
    ByteArrayOutputStream layer = new ByteArrayOutputStream();
    for (String d : new String[] {"bin/", "etc/", "tmp/", "work/"}) {
      layer.write(header(d, 0, '5', 0755, ""));
    }
    entry(layer, "bin/guest", Files.readAllBytes(program), 0755);
    entry(layer, "etc/passwd", "root:x:0:0:root:/:/bin/sh\n".getBytes(StandardCharsets.US_ASCII), 0644);
    layer.write(new byte[1024]);
    return archive(layer.toByteArray(), architecture());
  }

  /** An image of one layer. */
  static byte[] archive(byte[] layer, String architecture) throws IOException {
    return archive(layer, digest(layer), architecture);
  }

  /** An image of one layer, which may be packed. */
  private static byte[] archive(byte[] layer, String unpacked, String architecture) throws IOException {
    byte[] config = ("{\"architecture\":\"" + architecture + "\",\"os\":\"linux\",\"config\":{\"Entrypoint\":[\"/bin/guest\"],\"Env\":[\"PATH=/bin\",\"FROM_IMAGE=yes\"]},"
        + "\"rootfs\":{\"type\":\"layers\",\"diff_ids\":[\"sha256:" + unpacked + "\"]}}").getBytes(StandardCharsets.UTF_8);
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    entry(out, "layer.tar", layer, 0644);
    entry(out, digest(config) + ".json", config, 0644);
    entry(out, "manifest.json", ("[{\"Config\":\"" + digest(config) + ".json\",\"RepoTags\":null,\"Layers\":[\"layer.tar\"]}]").getBytes(StandardCharsets.UTF_8), 0644);
    out.write(new byte[1024]);
    return out.toByteArray();
  }

  /** An image whose only layer is packed: the guest program, and so many bytes of zeros, which are a thousandth of that when packed. */
  static byte[] packed(Path program, long zeros) throws IOException {
    ByteArrayOutputStream packed = new ByteArrayOutputStream();
    MessageDigest unpacked = messageDigest();
    try (OutputStream out = new DigestOutputStream(new GZIPOutputStream(packed), unpacked)) {
      ByteArrayOutputStream first = new ByteArrayOutputStream();
      first.write(header("bin/", 0, '5', 0755, ""));
      entry(first, "bin/guest", Files.readAllBytes(program), 0755);
      first.write(header("zeros", zeros, '0', 0644, ""));
      out.write(first.toByteArray());
      byte[] mebibyte = new byte[1 << 20];
      for (long i = 0; i < zeros >> 20; i++) {
        out.write(mebibyte);
      }
      out.write(new byte[1024]);
    }
    return archive(packed.toByteArray(), HexFormat.of().formatHex(unpacked.digest()), architecture());
  }

  private static String architecture() {
    return System.getProperty("os.arch").equals("aarch64") ? "arm64" : "amd64";
  }

  /** The same archive with more empty blocks at its end. */
  static byte[] longer(byte[] archive, int blocks) {
    return Arrays.copyOf(archive, archive.length + 512 * (blocks + 1));
  }

  /** A ustar archive of files; a name that ends with a slash is a directory; the mode 0755 for names that end with {@code !}. */
  static byte[] tar(Map<String, byte[]> files) throws IOException {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    for (var e : files.entrySet()) {
      String name = e.getKey().replace("!", "");
      if (name.endsWith("/")) {
        out.write(header(name, 0, '5', 0755, ""));
      } else {
        entry(out, name, e.getValue(), e.getKey().endsWith("!") ? 0755 : 0644);
      }
    }
    out.write(new byte[1024]);
    return out.toByteArray();
  }

  /** The files of an archive as the backends write it: names, with {@code !} where they can be executed, and contents. */
  static Map<String, String> files(byte[] tar) {
    Map<String, String> all = new TreeMap<>();
    for (int at = 0; at + 512 <= tar.length && tar[at] != 0;) {
      String prefix = text(tar, at + 345, 155);
      String name = (prefix.isEmpty() ? "" : prefix + "/") + text(tar, at, 100);
      int size = Integer.parseInt(text(tar, at + 124, 12).strip(), 8);
      boolean executable = (Integer.parseInt(text(tar, at + 100, 8).strip(), 8) & 0111) != 0;
      if (tar[at + 156] == '5') {
        all.put(name, "");
      } else {
        all.put(name + (executable ? "!" : ""), new String(tar, at + 512, size, StandardCharsets.UTF_8));
      }
      at += 512 + (size + 511) / 512 * 512;
    }
    return all;
  }

  private static String text(byte[] b, int at, int most) {
    int n = 0;
    while (n < most && b[at + n] != 0) {
      n++;
    }
    return new String(b, at, n, StandardCharsets.UTF_8);
  }

  static void entry(ByteArrayOutputStream out, String name, byte[] content, int mode) throws IOException {
    out.write(header(name, content.length, '0', mode, ""));
    out.write(content);
    out.write(new byte[(512 - content.length % 512) % 512]);
  }

  /** A header, of whatever kind, also bad ones. */
  static byte[] header(String name, long size, char type, int mode, String link) {
    byte[] h = new byte[512];
    put(h, 0, name);
    put(h, 100, String.format("%07o", mode));
    put(h, 108, "0000000");
    put(h, 116, "0000000");
    put(h, 124, String.format("%011o", size));
    put(h, 136, "00000000000");
    h[156] = (byte) type;
    put(h, 157, link);
    put(h, 257, "ustar");
    put(h, 263, "00");
    put(h, 148, "        ");
    int sum = 0;
    for (byte b : h) {
      sum += b & 0xFF;
    }
    put(h, 148, String.format("%06o\0 ", sum));
    return h;
  }

  private static void put(byte[] h, int at, String s) {
    byte[] b = s.getBytes(StandardCharsets.UTF_8);
    System.arraycopy(b, 0, h, at, b.length);
  }

  private static String digest(byte[] b) {
    return HexFormat.of().formatHex(sha256(b));
  }

  static byte[] sha256(byte[] b) {
    return messageDigest().digest(b);
  }

  private static MessageDigest messageDigest() {
    try {
      return MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException(e);
    }
  }
}
