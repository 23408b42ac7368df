package org.zennet.containers;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.zennet.api.container.ContainerSpec;
import org.zennet.api.container.Isolation;

/** The scenarios and the hostile payloads in containers of a Docker engine. */
class DockerTest {
  private static final Subject DOCKER = new DockerSubject("runc");

  @AfterAll
  static void close() throws Exception {
    Stage.close(DOCKER);
  }

  @Nested
  class Scenarios extends ScenarioTable {
    @Override
    Subject subject() {
      return DOCKER;
    }

    @Test
    void theOfferTellsTheRung() {
      assertEquals(Isolation.DOCKER, stage.capabilities().isolation());
      assertTrue(stage.capabilities().notes().contains("runc"), stage.capabilities().notes());
    }

    @Test
    void aNodeThatIsNotRootSellsItToo() throws Exception {
      String user = "12345";
      Path home = Files.createTempDirectory("zennet-user-");
      Path socket = Path.of(DOCKER.settings(stage.directory()).get("socket").toString().replace("unix://", ""));
      try {
        // who may talk to the engine: here by permission, elsewhere by a group
        Files.setPosixFilePermissions(socket, PosixFilePermissions.fromString("rw-rw-rw-"));
        Files.setPosixFilePermissions(socket.getParent(), PosixFilePermissions.fromString("rwx--x--x"));
        ContainerSpec s = spec(subject().memory(), 8 * MIB, WALL, IDLE);
        Path image = Files.copy(s.image(), home.resolve("image"), StandardCopyOption.REPLACE_EXISTING);
        Path directory = Files.createDirectories(home.resolve("lease"));
        String classes = OtherNode.copy(Files.createDirectories(home.resolve("classes")));
        run("chown", "-R", user, home.toString());
        List<String> as = List.of("setpriv", "--reuid=" + user, "--regid=" + user, "--clear-groups", "env", "HOME=" + home);
        assumeTrue(run("setpriv", "--reuid=" + user, "--regid=" + user, "--clear-groups", "test", "-r", System.getProperty("zennet.product") + "/plugins"),
            "docker: another user can't read the product where it lies");
        Map<String, Object> settings = new HashMap<>(DOCKER.settings(stage.directory()));
        settings.put("directory", home.resolve("docker").toString());
        try (OtherNode other = OtherNode.start(stage, new ContainerSpec(s.leaseId(), image, s.imageHash(), s.resources(), directory, WALL, IDLE), as, classes, settings, "burn", "0.5")) {
          other.awaitRunning();
          String[] end = other.awaitEnd().split(" ");
          assertEquals("EXITED 0", end[0] + " " + end[1]);
          assertEquals(500_000, Long.parseLong(end[2]), 60_000.0, "its meter is right");
          assertEquals("stopped", other.awaitEnd());
        }
      } finally {
        Stage.remove(home);
      }
    }

    private static boolean run(String... command) throws Exception {
      Process p = new ProcessBuilder(command).inheritIO().start();
      return p.waitFor(10, TimeUnit.SECONDS) && p.exitValue() == 0;
    }
  }

  @Nested
  class Hostile extends HostileSuite {
    @Override
    Subject subject() {
      return DOCKER;
    }
  }
}
