package org.zennet.system;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Processes die at bad moments, and strangers send garbage; nobody loses more than the contract names. */
class FaultsTest {
    @TempDir
    Path directory;

    @Test
    void aKilledPublisherAndARestartedChainNodeCostNobodyMoreThanTheExposure() throws Exception {
        try (MarketProcesses market = new MarketProcesses(directory)) {
            market.network();
            market.start("node", "node", "start");
            market.start("miner", "miner", "start");
            market.awaitUp("node");
            market.awaitUp("miner");
            market.start("provider-1", "provider", "start");
            market.start("provider-2", "provider", "start");
            market.awaitUp("provider-1");
            market.awaitUp("provider-2");
            for (String name : new String[] {"node", "miner", "provider-1", "provider-2"}) {
                JsonNode status = market.ask(name, "node", "status");
                garbage(status.path("listening").asText());
                garbageOnTheControlSocket(Path.of(status.path("directory").asText(), "control.sock"));
            }
            String role = MarketProcesses.commandLine(market.process("provider-1").toHandle());
            assertTrue(role.contains("zennet-provider"), "the role stands in the command line: " + role.replace('\0', ' '));

            Process publisher = market.start("publisher", "job", "submit", "--faucet", "--results", directory.resolve("r").toString(),
                    Zennet.ROOT.resolve("examples/folding/job.yaml").toString());
            Zennet.await("two tasks are verified", Duration.ofSeconds(120), () -> {
                if (!publisher.isAlive()) {
                    throw new AssertionError("the publisher ended: " + MarketProcesses.text(market.log("publisher")));
                }
                return MarketProcesses.text(market.log("publisher")).matches("(?s).*: ([2-9]|1[0-3]) of 13 tasks verified.*");
            });
            publisher.destroyForcibly().waitFor();
            for (String p : new String[] {"provider-1", "provider-2"}) {
                JsonNode[] leases = new JsonNode[1];
                Zennet.await(p + " settled what it holds", Duration.ofSeconds(40), () -> {
                    try {
                        leases[0] = market.ask(p, "provider", "leases");
                    } catch (Exception e) {
                        throw new AssertionError(e);
                    }
                    return leases[0].size() == 1 && leases[0].path(0).path("state").asText().equals("SETTLED");
                });
                JsonNode lease = leases[0].path(0);
                assertTrue(lease.path("paid").asLong() > 0, "it was paid: " + lease);
                assertTrue(lease.path("owed").asLong() - lease.path("paid").asLong() <= exposure(lease.path("rates")),
                        "unpaid work lies within the exposure: " + lease);
            }

            market.process("node").destroyForcibly().waitFor();
            Files.delete(market.log("node"));
            market.start("node", "node", "start");
            market.awaitUp("node");
            int height = market.ask("miner", "chain", "status").path("tip").path("height").asInt();
            Zennet.await("the restarted node follows the chain", Duration.ofSeconds(30), () -> {
                try {
                    return market.ask("node", "chain", "status").path("tip").path("height").asInt() > height;
                } catch (Exception e) {
                    throw new AssertionError(e);
                }
            });
            assertTrue(market.ask("node", "chain", "scan").path("holds").asBoolean(), "the chain adds up");
            assertEquals(4, Math.toIntExact(java.util.stream.Stream.of("node", "miner", "provider-1", "provider-2")
                    .filter(n -> market.process(n).isAlive()).count()));
        }
    }

    /** What the rented core and memory cost in an interval, the grace and 5 s more for noticing and stopping, in zen. */
    private static long exposure(JsonNode rates) {
        long seconds = 1 + 5 + 5;
        double perSecond = (rates.path("cpu").asLong() * 1e6 + rates.path("memory").asLong() * (double) (64 << 20)) / 1e12;
        return (long) (seconds * perSecond);
    }

    /** Bytes that mean nothing, on a port for peers. */
    private static void garbage(String endpoint) throws Exception {
        int port = Integer.parseInt(endpoint.substring(endpoint.lastIndexOf(':') + 1));
        Random random = new Random(1);
        for (int i = 0; i < 20; i++) {
            try (Socket s = new Socket()) {
                s.connect(new InetSocketAddress("127.0.0.1", port), 2000);
                byte[] bytes = new byte[random.nextInt(60_000) + 1];
                random.nextBytes(bytes);
                if (i % 3 == 0) {
                    bytes[0] = 22;
                }
                s.getOutputStream().write(bytes);
            } catch (java.io.IOException e) {
                continue;
            }
        }
    }

    /** What is no request, what never ends and what ends too early, on the socket of the command line. */
    private static void garbageOnTheControlSocket(Path socket) throws Exception {
        assertTrue(Files.exists(socket), socket.toString());
        byte[] endless = new byte[3 << 20];
        java.util.Arrays.fill(endless, (byte) '[');
        for (byte[] bytes : new byte[][] {{}, {'\n'}, {0, -1, '\n'}, "{\"method\":\"stop\"".getBytes(), "{\"method\":{}}\n".getBytes(), endless}) {
            try (SocketChannel s = SocketChannel.open(UnixDomainSocketAddress.of(socket))) {
                ByteBuffer out = ByteBuffer.wrap(bytes);
                while (out.hasRemaining()) {
                    s.write(out);
                }
            } catch (java.io.IOException e) {
                continue;
            }
        }
    }
}
