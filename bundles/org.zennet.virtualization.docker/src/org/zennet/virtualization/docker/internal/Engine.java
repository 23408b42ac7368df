package org.zennet.virtualization.docker.internal;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.github.dockerjava.api.DockerClient;
import com.github.dockerjava.api.command.InspectContainerResponse;
import com.github.dockerjava.api.command.InspectExecResponse;
import com.github.dockerjava.api.exception.ConflictException;
import com.github.dockerjava.api.exception.DockerException;
import com.github.dockerjava.api.exception.NotFoundException;
import com.github.dockerjava.api.exception.NotModifiedException;
import com.github.dockerjava.api.model.Container;
import com.github.dockerjava.api.model.Info;
import com.github.dockerjava.core.DefaultDockerClientConfig;
import com.github.dockerjava.core.DockerClientImpl;
import com.github.dockerjava.zerodep.ZerodepDockerHttpClient;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.zennet.api.container.ContainerException;
import org.zennet.api.container.ContainerSpec;
import org.zennet.virtualization.egress.GuestNetwork;
import org.zennet.virtualization.Texts;

/** The engine behind a socket. Calls become container exceptions of one line. Thread-safe. */
final class Engine implements AutoCloseable {
    private static final String WANTED_API = "1.41";
    private static final Duration CONNECT = Duration.ofSeconds(5);
    private static final Duration ANSWER = Duration.ofSeconds(55);

    private final Path socket;
    private final String api;
    private final DockerClient docker;

    private interface Call<T> {
        T run() throws IOException;
    }

    private Engine(Path socket, String api, DockerClient docker) {
        this.socket = socket;
        this.api = api;
        this.docker = docker;
    }

    /** The path of {@code unix:///path}, or of a path itself. */
    static Path path(String address) throws ContainerException {
        if (address.startsWith("/")) {
            return Path.of(address);
        }
        if (!address.startsWith("unix:///")) {
            throw new ContainerException("the engine must be on this host, behind a socket such as "
                    + "unix:///var/run/docker.sock, not '" + Texts.line(address) + "'");
        }
        return Path.of(address.substring("unix://".length()));
    }

    /** Asks whether an engine answers, and which language it speaks. */
    static Engine open(String address) throws ContainerException {
        Path socket = path(address);
        if (!Files.exists(socket)) {
            throw new ContainerException("no Docker engine: there is no " + socket + "; install and start one");
        }
        String version;
        try {
            JsonNode v = new ObjectMapper().readTree(RawStream.get(socket, "/version"));
            version = choose(v.path("MinAPIVersion").asText("1.12"), v.path("ApiVersion").asText("1.12"));
        } catch (IOException e) {
            throw new ContainerException("no Docker engine answers on " + socket + ": " + Texts.reason(e), e);
        }
        // every setting is given: what the environment says is not trusted
        DefaultDockerClientConfig config = DefaultDockerClientConfig.createDefaultConfigBuilder()
                .withDockerHost("unix://" + socket).withDockerTlsVerify(false).withDockerConfig("/nonexistent")
                .withApiVersion(version).build();
        ZerodepDockerHttpClient http = new ZerodepDockerHttpClient.Builder().dockerHost(config.getDockerHost())
                .maxConnections(100).connectionTimeout(CONNECT).responseTimeout(ANSWER).build();
        return new Engine(socket, version, DockerClientImpl.getInstance(config, http));
    }

    /** The wanted version of the language, or the nearest that the engine still speaks. */
    static String choose(String least, String most) throws ContainerException {
        if (compare(most, WANTED_API) < 0) {
            throw new ContainerException("the Docker engine is too old: it speaks API " + most + ", needed is " + WANTED_API
                    + " (Docker 20.10)");
        }
        return compare(least, WANTED_API) > 0 ? least : WANTED_API;
    }

    private static int compare(String a, String b) throws ContainerException {
        try {
            String[] x = a.split("\\.");
            String[] y = b.split("\\.");
            int major = Integer.compare(Integer.parseInt(x[0]), Integer.parseInt(y[0]));
            return major != 0 ? major : Integer.compare(Integer.parseInt(x[1]), Integer.parseInt(y[1]));
        } catch (NumberFormatException | ArrayIndexOutOfBoundsException e) {
            throw new ContainerException("what answers on the socket is no Docker engine", e);
        }
    }

    private static <T> T call(String what, Call<T> body) throws ContainerException {
        try {
            return body.run();
        } catch (IOException | RuntimeException e) {
            throw new ContainerException("the engine can't " + what + ": " + Texts.reason(e), e);
        }
    }

    Info info() throws ContainerException {
        return call("tell what it is", () -> docker.infoCmd().exec());
    }

    /** Whether an image is there. */
    boolean has(String image) throws ContainerException {
        return call("look for an image", () -> {
            try {
                docker.inspectImageCmd(image).exec();
                return true;
            } catch (NotFoundException e) {
                return false;
            }
        });
    }

    void load(InputStream archive) throws ContainerException {
        call("load an image", () -> {
            try (archive) {
                docker.loadImageCmd(archive).exec();
            }
            return null;
        });
    }

    void removeImage(String image) throws ContainerException {
        call("remove an image", () -> {
            try {
                docker.removeImageCmd(image).withForce(false).exec();
            } catch (NotFoundException | ConflictException e) {
                // gone, or in use
            }
            return null;
        });
    }

    String create(String image, Profile.Host host, ContainerSpec spec, Path spool, Optional<GuestNetwork> network) throws ContainerException {
        return call("make a container", () -> Profile.apply(docker.createContainerCmd(image), host, spec, spool, network,
                System.currentTimeMillis()).exec().getId());
    }

    void start(String id) throws ContainerException {
        call("start a container", () -> docker.startContainerCmd(id).exec());
    }

    Optional<InspectContainerResponse> inspect(String id) throws ContainerException {
        return call("inspect a container", () -> {
            try {
                return Optional.of(docker.inspectContainerCmd(id).exec());
            } catch (NotFoundException e) {
                return Optional.empty();
            }
        });
    }

    /** The containers of an owner, whatever state they are in. */
    List<Container> list(String owner) throws ContainerException {
        return call("list containers", () -> docker.listContainersCmd().withShowAll(true)
                .withLabelFilter(Map.of(Profile.LABEL + "owner", owner)).exec());
    }

    void kill(String id) throws ContainerException {
        call("kill a container", () -> {
            try {
                docker.killContainerCmd(id).withSignal("SIGKILL").exec();
            } catch (NotFoundException | ConflictException e) {
                // it has ended
            }
            return null;
        });
    }

    void remove(String id) throws ContainerException {
        call("remove a container", () -> {
            try {
                docker.removeContainerCmd(id).withForce(true).withRemoveVolumes(true).exec();
            } catch (NotFoundException | ConflictException e) {
                // gone, or going
            }
            return null;
        });
    }

    void pause(String id, boolean frozen) throws ContainerException {
        call(frozen ? "freeze a container" : "thaw a container", () -> {
            try {
                return frozen ? docker.pauseContainerCmd(id).exec() : docker.unpauseContainerCmd(id).exec();
            } catch (NotModifiedException e) {
                return null;
            } catch (DockerException e) {
                // how engines say that it is so already
                if (e.getMessage() != null && e.getMessage().contains(frozen ? "already paused" : "is not paused")) {
                    return null;
                }
                throw e;
            }
        });
    }

    /** Makes a further program ready in a container. */
    String prepare(String id, List<String> line, List<String> environment, boolean terminal) throws ContainerException {
        return call("prepare a program", () -> docker.execCreateCmd(id).withCmd(line.toArray(String[]::new)).withEnv(environment)
                .withUser(Profile.USER).withWorkingDir(Profile.WORK).withPrivileged(false).withTty(terminal)
                .withAttachStdin(true).withAttachStdout(true).withAttachStderr(true).exec().getId());
    }

    /** Starts what was made ready. */
    RawStream run(String execId, boolean terminal) throws IOException {
        return RawStream.hijack(socket, "/v" + api + "/exec/" + execId + "/start", "{\"Detach\":false,\"Tty\":" + terminal + "}");
    }

    void resize(String execId, int columns, int rows) throws ContainerException {
        call("resize a terminal", () -> docker.resizeExecCmd(execId).withSize(rows, columns).exec());
    }

    RawStream attach(String id) throws IOException {
        return RawStream.hijack(socket, "/v" + api + "/containers/" + id + "/attach?stream=1&stdin=1&stdout=1&stderr=1", "");
    }

    InspectExecResponse inspectProgram(String execId) throws ContainerException {
        return call("inspect a program", () -> docker.inspectExecCmd(execId).exec());
    }

    @Override
    public void close() {
        try {
            docker.close();
        } catch (IOException e) {
            // it is of no use any more
        }
    }
}
