package org.zennet.containers;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** A backend under test: what must be there before it, how it is configured, and in what form it takes the guest program. */
interface Subject {
  /** The most bytes that an image unpacks to, by setting; the bombs have more. */
  long UNPACKED = 256L << 20;

  /** The backend's id. */
  String id();

  /** What tells it from others in what people read; the id, where there is one kind of it only. */
  default String name() {
    return id();
  }

  /** Whether it may find out that it can't run on this host; else that is an error. */
  default boolean optional() {
    return false;
  }

  /** The pid of its configuration. */
  String pid();

  /** Its configuration. What it needs is started here; where it can't run on this host, this aborts with the reason. */
  Map<String, Object> settings(Path directory) throws Exception;

  /** The image or module that holds the guest program, built where that is needed; aborts where it can't be. */
  byte[] image(Path directory) throws Exception;

  /** Another image than that with the guest program: it writes no {@code calm}, whatever it is given. */
  default byte[] otherImage(Path directory) throws Exception {
    return GuestImage.archive(GuestProgram.other(directory));
  }

  /** The same image in other bytes, so that nobody has seen it before. */
  default byte[] again(byte[] image, int number) {
    return GuestImage.longer(image, number);
  }

  /**
   * Which of the scenarios' needs it has that no capability tells: {@code time} where a guest's clock is the host's, so that sleeping lasts;
   * {@code processor-time} where a guest learns how long it really had a processor; {@code task-memory} where the memory limit ends what exceeds it
   * and not the container.
   */
  default Set<String> also() {
    return Set.of("time", "processor-time", "task-memory");
  }

  /** Why it does not have something, for those who read what was skipped. */
  default Optional<String> why(String need) {
    return Optional.empty();
  }

  /** What a kernel of the guest's own lets it do where the host's would not: it ends there. */
  default Set<String> ownKernelAllows() {
    return Set.of();
  }

  /** Memory of a container that the guest program runs in without trouble, in bytes. */
  default long memory() {
    return 64L << 20;
  }

  /** Microseconds a second of processor time that the host may see in a container that is frozen; none of them are the guest's. */
  default long frozenMicros() {
    return 1_000;
  }

  /** Directories of the host in which it may mount something, besides its own. */
  default List<String> mounts() {
    return List.of();
  }

  /** Sockets of the host that no guest may reach, besides those that every host may have. */
  default List<String> sockets() {
    return List.of();
  }

  /** Ends what {@link #settings} started. */
  default void close() throws Exception { }
}
