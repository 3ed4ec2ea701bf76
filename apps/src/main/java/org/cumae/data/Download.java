package org.cumae.data;

import java.io.IOException;
import java.io.InputStream;
import java.net.ConnectException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.OptionalLong;
import java.util.function.LongConsumer;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// Fetches one address into a file. A broken connection leaves a part, and the next attempt goes on
/// where it ended.
///
/// @param uri what is fetched
/// @param part where its bytes go
/// @param length how many bytes there must be, where that is known
/// @param most no more bytes than these are taken
/// @param progress is told how many bytes are there
record Download(URI uri, Path part, OptionalLong length, long most, LongConsumer progress) {
    private static final int ATTEMPTS = 3;
    private static final Duration PATIENCE = Duration.ofSeconds(30);
    private static final int BLOCK = 1 << 16;
    private static final Pattern RANGE = Pattern.compile("bytes (\\d{1,18})-.*");

    private static final int OK = 200;
    private static final int PARTIAL = 206;
    private static final int BEYOND_THE_END = 416;

    /// Fetches all of it.
    ///
    /// @throws DataException if the server refuses or sends too much, or the connection breaks
    ///   again and again
    void run() throws IOException {
        Files.createDirectories(part.toAbsolutePath().getParent());
        try (HttpClient client =
                HttpClient.newBuilder()
                        .connectTimeout(PATIENCE)
                        .followRedirects(HttpClient.Redirect.NORMAL)
                        .build()) {
            for (int attempt = 1; !isComplete(); attempt++) {
                try {
                    attempt(client);
                    return;
                } catch (IOException e) {
                    if (attempt == ATTEMPTS) {
                        throw broken(e);
                    }
                } catch (InterruptedException e) {
                    Thread.currentThread().interrupt();
                    throw broken(e);
                }
            }
        }
    }

    private void attempt(HttpClient client) throws IOException, InterruptedException {
        long from = there();
        HttpRequest.Builder request = HttpRequest.newBuilder(uri).timeout(PATIENCE);
        if (from > 0) {
            request.header("Range", "bytes=%d-".formatted(from));
        }
        HttpResponse<InputStream> answer =
                client.send(request.build(), BodyHandlers.ofInputStream());
        try (InputStream body = answer.body()) {
            switch (answer.statusCode()) {
                case OK -> write(body, 0);
                case PARTIAL -> write(body, begin(answer, from));
                case BEYOND_THE_END -> {
                    Files.delete(part);
                    throw new IOException("the part that was there belongs to another file");
                }
                default ->
                        throw new DataException(
                                null,
                                "%s: the server answers %d; see whether the address still holds",
                                uri,
                                answer.statusCode());
            }
        }
        if (length.isPresent() && !isComplete()) {
            throw new IOException("the connection ended");
        }
    }

    /// Where the bytes of a partial answer belong.
    private static long begin(HttpResponse<?> answer, long asked) throws IOException {
        Matcher range = RANGE.matcher(answer.headers().firstValue("Content-Range").orElse(""));
        if (!range.matches() || Long.parseLong(range.group(1)) > asked) {
            throw new IOException("the server sent another part than the one asked for");
        }
        return Long.parseLong(range.group(1));
    }

    private void write(InputStream body, long from) throws IOException {
        byte[] block = new byte[BLOCK];
        long done = from;
        try (FileChannel file =
                FileChannel.open(part, StandardOpenOption.CREATE, StandardOpenOption.WRITE)) {
            file.truncate(from).position(from);
            for (int read = body.read(block); read >= 0; read = body.read(block)) {
                done += read;
                if (done > most) {
                    file.truncate(0);
                    throw new DataException(
                            null,
                            "%s: the server sends more than %d bytes; what it has there is"
                                    + " another file",
                            uri,
                            most);
                }
                ByteBuffer bytes = ByteBuffer.wrap(block, 0, read);
                while (bytes.hasRemaining()) {
                    file.write(bytes);
                }
                progress.accept(done);
            }
            file.force(true);
        }
    }

    private boolean isComplete() {
        return length.isPresent() && there() == length.getAsLong();
    }

    private long there() {
        try {
            return Files.exists(part) ? Files.size(part) : 0;
        } catch (IOException e) {
            return 0;
        }
    }

    private DataException broken(Exception cause) {
        String reason =
                switch (cause) {
                    case ConnectException _ -> "%s cannot be reached".formatted(uri.getHost());
                    case Exception other when other.getMessage() != null -> other.getMessage();
                    default -> cause.toString();
                };
        return new DataException(
                cause,
                "%s: %s (%d bytes are there); run it again to go on from there",
                uri,
                reason,
                there());
    }
}
