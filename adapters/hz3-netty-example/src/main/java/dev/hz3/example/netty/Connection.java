package dev.hz3.example.netty;

import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;

/// A client's side of one connection: requests with a body, and answers that must be the same bytes.
final class Connection implements AutoCloseable {

    private static final String LENGTH = "content-length: ";

    private final Socket socket;
    private final InputStream in;
    private final OutputStream out;

    Connection(int port) throws IOException {
        socket = new Socket(InetAddress.getLoopbackAddress(), port);
        socket.setTcpNoDelay(true);
        in = new java.io.BufferedInputStream(socket.getInputStream(), 8 << 10);
        out = socket.getOutputStream();
    }

    /// Sends a request but for the last byte of its body.
    void begin(byte[] body, int bytes) throws IOException {
        byte[] head = ("POST / HTTP/1.1\r\nhost: loopback\r\ncontent-length: " + bytes + "\r\n\r\n").getBytes(StandardCharsets.US_ASCII);
        byte[] message = new byte[head.length + bytes - 1];
        System.arraycopy(head, 0, message, 0, head.length);
        System.arraycopy(body, 0, message, head.length, bytes - 1);
        out.write(message);
    }

    /// Sends that byte.
    void complete(byte[] body, int bytes) throws IOException {
        out.write(body, bytes - 1, 1);
    }

    /// Reads the answer.
    void receive(byte[] body, int bytes) throws IOException {
        int length = -1;
        for (String line = line(); !line.isEmpty(); line = line()) {
            if (line.toLowerCase(java.util.Locale.ROOT).startsWith(LENGTH)) {
                length = Integer.parseInt(line.substring(LENGTH.length()).strip());
            }
        }
        byte[] answer = in.readNBytes(length);
        if (length != bytes || java.util.Arrays.mismatch(answer, 0, length, body, 0, bytes) >= 0) {
            throw new IOException("another answer: length=" + length + ", bytes=" + bytes);
        }
    }

    private String line() throws IOException {
        StringBuilder line = new StringBuilder();
        for (int next = in.read(); next != '\n'; next = in.read()) {
            if (next < 0) {
                throw new EOFException("the server has closed");
            }
            if (next != '\r') {
                line.append((char) next);
            }
        }
        return line.toString();
    }

    @Override
    public void close() throws IOException {
        socket.close();
    }
}
