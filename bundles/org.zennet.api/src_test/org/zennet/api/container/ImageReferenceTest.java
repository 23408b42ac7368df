package org.zennet.api.container;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;

class ImageReferenceTest {
    private static final String DIGEST = "@sha256:" + "0123456789abcdef".repeat(4);

    @Test
    void whatNamesAnImageByItsDigestIsReadAndWrittenTheSame() {
        for (String name : new String[] {"docker.io/library/busybox", "registry.example.org:5000/a", "localhost:5000/team/x_y/z-1.2", "127.0.0.1:1/a",
            "localhost/a", "quay.io/a__b/c"}) {
            assertEquals(name + DIGEST, ImageReference.parse(name + DIGEST).toString());
        }
        ImageReference r = ImageReference.parse("registry.example.org:5000/team/image" + DIGEST);
        assertEquals("registry.example.org:5000", r.registry());
        assertEquals("team/image", r.repository());
        assertEquals(DIGEST.substring(8), r.digest().toHex());
    }

    @Test
    void aTagBesideTheDigestIsLeftOut() {
        assertEquals("quay.io/a/b" + DIGEST, ImageReference.parse("quay.io/a/b:1.2-rc" + DIGEST).toString());
    }

    @Test
    void whatCouldMeanSomethingElseIsRefusedWithWhatIsExpected() {
        for (String bad : new String[] {"busybox" + DIGEST, "library/busybox" + DIGEST, "quay.io/a", "quay.io/a:1", "quay.io/a@sha256:12", "QUAY.io/a" + DIGEST,
            "quay.io/A" + DIGEST, "quay.io/../a" + DIGEST, "quay.io//a" + DIGEST, "quay.io/a?x" + DIGEST, "user@quay.io/a" + DIGEST, "http://quay.io/a" + DIGEST,
            "quay.io/a" + DIGEST + "0", "quay.io/a" + DIGEST + "\n", "quay.io:99999999/a" + DIGEST, "quay.io/" + "a".repeat(400) + DIGEST, "", "quay.io/a@md5:12"}) {
            String message = assertThrows(IllegalArgumentException.class, () -> ImageReference.parse(bad), bad).getMessage();
            assertTrue(message.contains("REGISTRY/NAME@sha256:DIGEST") && !message.contains("\n") || bad.contains("\n"), message);
        }
        assertThrows(IllegalArgumentException.class, () -> new ImageReference("quay.io", "..", ImageReference.parse("quay.io/a" + DIGEST).digest()));
    }

    @Test
    void aFileIsNotTakenForOne() {
        assertTrue(ImageReference.looksLike("busybox@sha256:12"));
        assertFalse(ImageReference.looksLike("image.tar"));
        assertFalse(ImageReference.looksLike("/tmp/with blank@sha256:12"));
    }
}
