package org.zennet.virtualization.image;

import java.io.IOException;
import java.io.InputStream;
import java.security.DigestInputStream;
import java.security.MessageDigest;
import java.util.Optional;
import java.util.zip.ZipException;

/** Walks the layers of one image and refuses what is too much or leads out. */
final class LayerCheck {
    private long bytesLeft;
    private long entriesLeft;
    private final byte[] buffer = new byte[1 << 16];

    LayerCheck(long bytes, long entries) {
        this.bytesLeft = bytes;
        this.entriesLeft = entries;
    }

    /** Checks one layer and returns its digest; closes it. */
    byte[] layer(InputStream layer) throws IOException, InvalidImageException {
        MessageDigest digest = ImageArchive.sha256();
        try (InputStream in = new Counted(new DigestInputStream(layer, digest))) {
            TarReader tar = new TarReader(in);
            Optional<TarReader.Entry> next = tar.next();
            while (next.isPresent()) {
                entry(next.get());
                next = tar.next();
            }
            while (in.read(buffer) >= 0) {
                // padding behind the end belongs to the digest
            }
        } catch (ZipException | java.io.EOFException e) {
            throw new InvalidImageException("a layer is packed in a broken way");
        } catch (TooMuch e) {
            throw new InvalidImageException("the layers have more bytes than may be unpacked");
        }
        return digest.digest();
    }

    private void entry(TarReader.Entry e) throws InvalidImageException {
        String name = Names.inside(e.name());
        if (--entriesLeft < 0) {
            throw new InvalidImageException("the layers have more entries than may be unpacked");
        }
        switch (e.type()) {
            case '3', '4' -> throw new InvalidImageException("the image holds a device: " + Names.shown(name));
            case '1' -> Names.inside(e.link().startsWith("/") ? e.link().substring(1) : e.link());
            default -> {
                // files, directories, pipes; a symbolic link may say anything: it is followed inside the container only
            }
        }
    }

    private static final class TooMuch extends IOException {
        private static final long serialVersionUID = 1L;
    }

    /** Counts against the bytes that are left. */
    private final class Counted extends java.io.FilterInputStream {
        Counted(InputStream in) {
            super(in);
        }

        @Override
        public int read() throws IOException {
            int b = super.read();
            count(b < 0 ? 0 : 1);
            return b;
        }

        @Override
        public int read(byte[] to, int at, int length) throws IOException {
            int n = super.read(to, at, length);
            count(Math.max(0, n));
            return n;
        }

        @Override
        public long skip(long n) throws IOException {
            int got = read(buffer, 0, (int) Math.min(buffer.length, n));
            return Math.max(0, got);
        }

        private void count(long n) throws IOException {
            bytesLeft -= n;
            if (bytesLeft < 0) {
                throw new TooMuch();
            }
        }
    }
}
