package org.zennet.house;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.lang.classfile.ClassFile;
import java.nio.file.Files;
import java.nio.file.Path;

import org.junit.jupiter.api.Test;
import org.zennet.house.Product.Jar;

/** The API of plug-ins is what was reviewed: docs/api.txt. */
class ApiTest {
  private static Jar api() throws IOException {
    return Product.read("zennet.product", "headless").jars().stream().filter(j -> j.name().equals("org.zennet.api")).findFirst().orElseThrow();
  }

  @Test
  void noChangeOfTheApiGoesUnseen() throws IOException {
    Path root = Path.of(System.getProperty("zennet.root"));
    Path reviewed = root.resolve("docs/api.txt");
    String now = Signatures.of(api());
    Path written = Files.writeString(Files.createDirectories(root.resolve("tests/house/target")).resolve("api.txt"), now);
    String before = Files.exists(reviewed) ? Files.readString(reviewed) : "";
    assertEquals(before, now, "the API of plug-ins changed. If that is meant: raise the versions of the packages (a new member: the second number; one that is "
        + "gone or is another: the first), tell it in docs/plugins.md, and copy " + root.relativize(written) + " to docs/api.txt");
  }

  @Test
  void theApiIsForJava17() throws IOException {
    api().entries().forEach((path, bytes) -> {
      if (path.endsWith(".class")) {
        assertTrue(ClassFile.of().parse(bytes).majorVersion() <= ClassFile.JAVA_17_VERSION, () -> path + " needs a newer Java than 17");
      }
    });
  }

  @Test
  void theListTellsMembersWithTheirExceptionsAndConstants() throws IOException {
    String now = Signatures.of(api());
    assertTrue(now.contains("interface ContainerBackend @ConsumerType"), now);
    assertTrue(now.contains("field static String ID = \"org.zennet.backend.id\""), now);
    assertTrue(now.contains("method Container start(ContainerSpec) throws ContainerException, InterruptedException"), now);
    assertFalse(now.contains("lambda$"), now);
  }
}
