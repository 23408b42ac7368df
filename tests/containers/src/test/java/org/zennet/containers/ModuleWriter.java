package org.zennet.containers;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;

/** Writes WebAssembly modules section by section, right or wrong ones, as the binary format of version 1 has them. */
final class ModuleWriter {
  static final int TYPES = 1;
  static final int IMPORTS = 2;
  static final int FUNCTIONS = 3;
  static final int TABLES = 4;
  static final int MEMORIES = 5;
  static final int GLOBALS = 6;
  static final int EXPORTS = 7;
  static final int START = 8;
  static final int ELEMENTS = 9;
  static final int CODE = 10;
  static final int DATA = 11;

  /** Bytes in a row: numbers below 256 as they are, arrays whole, text with its length before it. */
  static byte[] row(Object... parts) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    for (Object p : parts) {
      switch (p) {
        case Integer i -> out.write(i);
        case byte[] b -> out.writeBytes(b);
        case String s -> {
          byte[] text = s.getBytes(StandardCharsets.UTF_8);
          out.writeBytes(number(text.length));
          out.writeBytes(text);
        }
        default -> throw new IllegalArgumentException(p.toString());
      }
    }
    return out.toByteArray();
  }

  /** An unsigned number in LEB128. */
  static byte[] number(long value) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    long v = value;
    do {
      out.write((int) (v & 0x7F) | (v > 0x7F ? 0x80 : 0));
      v >>>= 7;
    } while (v != 0);
    return out.toByteArray();
  }

  /** The same part so many times. */
  static byte[] times(int n, Object... parts) {
    byte[] one = row(parts);
    ByteArrayOutputStream out = new ByteArrayOutputStream(n * one.length);
    for (int i = 0; i < n; i++) {
      out.writeBytes(one);
    }
    return out.toByteArray();
  }

  /** Code with its length before it; no locals. */
  static byte[] body(Object... code) {
    byte[] all = row(0, row(code), 0x0B);
    return row(number(all.length), all);
  }

  private final ByteArrayOutputStream out = new ByteArrayOutputStream();

  ModuleWriter() {
    out.writeBytes(row(0, 'a' + 0, 's' + 0, 'm' + 0, 1, 0, 0, 0));
  }

  /** A section of any number and content. */
  ModuleWriter section(int id, Object... content) {
    byte[] all = row(content);
    out.writeBytes(row(id, number(all.length), all));
    return this;
  }

  byte[] toBytes() {
    return out.toByteArray();
  }

  /** One function, which is {@code _start}, with that code and a memory of one page. */
  static byte[] program(Object... code) {
    return new ModuleWriter().section(TYPES, 1, 0x60, 0, 0).section(FUNCTIONS, 1, 0).section(MEMORIES, 1, 0, 1).section(EXPORTS, 1, "_start", 0, 0)
        .section(CODE, 1, body(code)).toBytes();
  }
}
