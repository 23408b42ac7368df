package org.zennet.network.internal.identity;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.zennet.api.encoding.Message;
import org.zennet.api.encoding.Records;
import org.zennet.api.encoding.Tag;
import org.zennet.api.value.PublicKey;
import org.zennet.network.internal.TestNodeContext;
import org.zennet.network.internal.TestScheme;

class IdentityComponentTest {
    @Message(Tag.TEST)
    record Words(long number) { }

    @Message(Tag.HELLO)
    record OtherWords(long number) { }

    private final TestScheme scheme = new TestScheme();
    @TempDir
    Path directory;
    private Path file;

    @BeforeEach
    void nameTheFile() {
        file = directory.resolve("identity");
    }

    private IdentityComponent start() throws IOException {
        return new IdentityComponent(scheme, new TestNodeContext(directory));
    }

    @Test
    void theFirstStartMakesAKeyThatOnlyTheOwnerMayRead() throws IOException {
        start();
        assertEquals(32, Files.size(file));
        assertEquals("rw-------", PosixFilePermissions.toString(Files.getPosixFilePermissions(file)));
        try (Stream<Path> files = Files.list(directory)) {
            assertEquals(1, files.count(), "nothing else is left behind");
        }
    }

    @Test
    void theIdentityStaysTheSameOverRestarts() throws IOException {
        PublicKey first = start().identity();
        assertEquals(first, start().identity());
        Files.delete(file);
        assertNotEquals(first, start().identity());
    }

    @Test
    void whatACrashLeftBesideTheFileIsReplaced() throws IOException {
        Files.write(directory.resolve("identity.new"), new byte[5]);
        start();
        assertEquals(32, Files.size(file));
        assertFalse(Files.exists(directory.resolve("identity.new")));
    }

    @Test
    void aSignatureIsOfTheTaggedDigestAndOfThisIdentityOnly() throws IOException {
        IdentityComponent identity = start();
        var signature = identity.sign(new Words(7));
        assertTrue(identity.verify(identity.identity(), new Words(7), signature));
        assertTrue(scheme.verify(identity.identity(), Records.digest(new Words(7)), signature));
        assertFalse(identity.verify(identity.identity(), new Words(8), signature));
        assertFalse(identity.verify(identity.identity(), new OtherWords(7), signature), "another tag");
        byte[] one = new byte[32];
        one[31] = 1;
        assertFalse(identity.verify(scheme.publicKey(one), new Words(7), signature));
    }

    @Test
    void aRecordWithoutTagIsNotSigned() throws IOException {
        record Bare(long number) { }
        IdentityComponent identity = start();
        assertThrows(IllegalArgumentException.class, () -> identity.sign(new Bare(1)));
    }

    @Test
    void aKeyThatOthersMayReadIsRefusedWithTheCommandThatHelps() throws IOException {
        start();
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-r-----"));
        IOException refusal = assertThrows(IOException.class, this::start);
        assertEquals("the identity key " + file + " is open to others (rw-r-----); run: chmod 600 " + file,
                refusal.getMessage());
    }

    @Test
    void aKeyOfAnotherSizeIsRefusedAndNotTouched() throws IOException {
        start();
        for (int size : new int[] {0, 31, 33}) {
            byte[] bytes = new byte[size];
            Files.write(file, bytes);
            IOException refusal = assertThrows(IOException.class, this::start);
            assertTrue(refusal.getMessage().contains("has " + size + " bytes instead of 32"), refusal.getMessage());
            assertFalse(refusal.getMessage().contains("\n"));
            assertArrayEquals(bytes, Files.readAllBytes(file));
        }
    }

    @Test
    void aKeyThatIsNoNumberOfTheGroupIsRefused() throws IOException {
        start();
        Files.write(file, new byte[32]);
        assertTrue(assertThrows(IOException.class, this::start).getMessage().contains("is damaged"));
    }

    @Test
    void aLinkOrDirectoryInItsPlaceIsRefused() throws IOException {
        Path elsewhere = Files.write(directory.resolve("elsewhere"), new byte[32]);
        Files.createSymbolicLink(file, elsewhere);
        assertTrue(assertThrows(IOException.class, this::start).getMessage().contains("no regular file"));
        Files.delete(file);
        Files.createDirectory(file);
        assertTrue(assertThrows(IOException.class, this::start).getMessage().contains("no regular file"));
    }

    @Test
    void theSecretDoesNotPrint() throws IOException {
        IdentityComponent identity = start();
        assertEquals("identity " + identity.identity().toShortHex(), identity.toString());
    }
}
