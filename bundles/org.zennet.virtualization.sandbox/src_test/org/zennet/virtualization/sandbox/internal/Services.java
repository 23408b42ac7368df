package org.zennet.virtualization.sandbox.internal;

import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Listens on all addresses: takes what comes, gives what an HTTP request asks for ({@code GET /BYTES}), and counts both. For each
 * line of its standard input it tells the counts.
 */
final class Services {
    private static final AtomicLong IN = new AtomicLong();
    private static final AtomicLong OUT = new AtomicLong();
    private static final AtomicLong CONNECTIONS = new AtomicLong();
    private static final AtomicLong DATAGRAMS = new AtomicLong();

    private Services() { }

    public static void main(String[] ports) throws IOException {
        for (String port : ports) {
            ServerSocket server = new ServerSocket(Integer.parseInt(port), 1000);
            Thread.ofPlatform().start(() -> accept(server));
            DatagramSocket datagrams = new DatagramSocket(Integer.parseInt(port));
            Thread.ofPlatform().start(() -> take(datagrams));
        }
        while (System.in.read() == '\n') {
            System.out.println(IN + " " + OUT + " " + CONNECTIONS + " " + DATAGRAMS);
        }
        Runtime.getRuntime().halt(0);
    }

    private static void accept(ServerSocket server) {
        while (true) {
            try {
                Socket s = server.accept();
                CONNECTIONS.incrementAndGet();
                Thread.ofVirtual().start(() -> {
                    try (s) {
                        serve(s);
                    } catch (IOException e) {
                        // the guest hung up
                    }
                });
            } catch (IOException e) {
                return;
            }
        }
    }

    private static void take(DatagramSocket socket) {
        byte[] buffer = new byte[65_536];
        while (true) {
            try {
                DatagramPacket p = new DatagramPacket(buffer, buffer.length);
                socket.receive(p);
                DATAGRAMS.incrementAndGet();
                IN.addAndGet(p.getLength());
                if (p.getLength() < 100) {
                    socket.send(p);
                    OUT.addAndGet(p.getLength());
                }
            } catch (IOException e) {
                return;
            }
        }
    }

    private static void serve(Socket s) throws IOException {
        InputStream in = new BufferedInputStream(s.getInputStream(), 1 << 16);
        OutputStream out = s.getOutputStream();
        StringBuilder head = new StringBuilder();
        int b = in.read();
        while (b >= 0 && head.length() < 4000) {
            head.append((char) b);
            IN.incrementAndGet();
            boolean http = head.length() < 4 || head.toString().startsWith("GET ") || head.toString().startsWith("PUT ") || head.toString().startsWith("POST");
            if (!http || head.toString().endsWith("\r\n\r\n")) {
                break;
            }
            b = in.read();
        }
        String h = head.toString();
        if (h.startsWith("GET ")) {
            long n = Long.parseLong(h.substring(5, h.indexOf(' ', 5)));
            send(out, ("HTTP/1.1 200 OK\r\nContent-Length: " + n + "\r\nConnection: close\r\n\r\n").getBytes(StandardCharsets.US_ASCII));
            byte[] piece = new byte[1 << 16];
            for (long left = n; left > 0; left -= piece.length) {
                send(out, left < piece.length ? new byte[(int) left] : piece);
            }
            return;
        }
        long length = Long.MAX_VALUE;
        for (String line : h.split("\r\n")) {
            if (line.toLowerCase(java.util.Locale.ROOT).startsWith("content-length: ")) {
                length = Long.parseLong(line.substring(16));
            }
            if (line.toLowerCase(java.util.Locale.ROOT).startsWith("expect: ")) {
                send(out, "HTTP/1.1 100 Continue\r\n\r\n".getBytes(StandardCharsets.US_ASCII));
            }
        }
        byte[] piece = new byte[1 << 16];
        while (length > 0) {
            int n = in.read(piece, 0, (int) Math.min(piece.length, length));
            if (n < 0) {
                break;
            }
            IN.addAndGet(n);
            length -= n;
        }
        if (h.startsWith("P")) {
            send(out, "HTTP/1.1 200 OK\r\nContent-Length: 0\r\nConnection: close\r\n\r\n".getBytes(StandardCharsets.US_ASCII));
        }
    }

    private static void send(OutputStream out, byte[] bytes) throws IOException {
        out.write(bytes);
        OUT.addAndGet(bytes.length);
    }
}
