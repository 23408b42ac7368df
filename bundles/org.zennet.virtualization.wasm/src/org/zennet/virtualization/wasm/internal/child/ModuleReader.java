package org.zennet.virtualization.wasm.internal.child;

/**
 * Reads a module's bytes up to a bound. It allocates nothing and never reads beyond the bound, whatever the bytes
 * declare.
 */
class ModuleReader {
    /** The module. */
    final byte[] b;
    /** Where the next byte is read. */
    int at;
    /** Where reading must end. */
    int end;

    ModuleReader(byte[] module) {
        this.b = module;
        this.end = module.length;
    }

    /** Why a module is not used. */
    static ModuleCheck.RefusedException refused(String why) {
        return new ModuleCheck.RefusedException(why);
    }

    /** A byte, as 0 to 255. */
    final int u8() throws ModuleCheck.RefusedException {
        if (at >= end) {
            throw refused("it is cut short");
        }
        return b[at++] & 0xFF;
    }

    /** An unsigned number of 32 bits, in LEB128. */
    final long u32() throws ModuleCheck.RefusedException {
        long value = 0;
        for (int shift = 0; shift < 35; shift += 7) {
            int x = u8();
            value |= (long) (x & 0x7F) << shift;
            if (x < 0x80) {
                if (value > 0xFFFF_FFFFL) {
                    break;
                }
                return value;
            }
        }
        throw refused("a number is too long");
    }

    /** Reads over a LEB128 number of at most so many bytes. */
    final void leb(int most) throws ModuleCheck.RefusedException {
        for (int i = 0; i < most; i++) {
            if (u8() < 0x80) {
                return;
            }
        }
        throw refused("a number is too long");
    }

    /** How many entries follow, of at least a byte each. */
    final int entries() throws ModuleCheck.RefusedException {
        long n = u32();
        if (n > end - at) {
            throw refused("it is cut short");
        }
        return (int) n;
    }

    /** Reads a size; gives where what has that size ends. */
    final int size() throws ModuleCheck.RefusedException {
        int n = entries();
        return at + n;
    }

    /** Reads over so many bytes. */
    final void skip(int n) throws ModuleCheck.RefusedException {
        if (n > end - at) {
            throw refused("it is cut short");
        }
        at += n;
    }
}
