package org.cumae.data;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;

import org.cumae.data.DataFile.Origin;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;
import java.util.zip.ZipEntry;
import java.util.zip.ZipFile;
import java.util.zip.ZipOutputStream;

/// Fetching from a server that behaves, and from servers that do not.
class DataFolderTest {
    private static final DataFolder.Progress QUIET = (_, _) -> {};
    private static final byte[] CONTENT = new byte[300_007];

    static {
        new Random(5).nextBytes(CONTENT);
    }

    @TempDir private Path root;
    private HttpServer server;
    private final List<String> ranges = new ArrayList<>();

    @BeforeEach
    void start() throws IOException {
        server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.createContext("/whole", exchange -> send(exchange, CONTENT, CONTENT.length));
        server.createContext("/cut", exchange -> send(exchange, CONTENT, 200_003));
        server.createContext("/deaf", this::sendDeaf);
        server.createContext("/longer", exchange -> send(exchange, new byte[400_000], 400_000));
        server.createContext("/archive", exchange -> send(exchange, archive(), 1 << 20));
        server.start();
    }

    @AfterEach
    void stop() {
        server.stop(0);
    }

    /// Answers with the range asked for, and breaks the connection after some bytes.
    private void send(HttpExchange exchange, byte[] content, int most) throws IOException {
        String range = exchange.getRequestHeaders().getFirst("Range");
        ranges.add(String.valueOf(range));
        int from = range == null ? 0 : Integer.parseInt(range.replaceAll("\\D", ""));
        int length = content.length - from;
        exchange.getResponseHeaders()
                .add(
                        "Content-Range",
                        "bytes %d-%d/%d".formatted(from, content.length - 1, content.length));
        exchange.sendResponseHeaders(range == null ? 200 : 206, length);
        OutputStream body = exchange.getResponseBody();
        body.write(content, from, Math.min(most, length));
        body.flush();
        exchange.close();
    }

    /// Breaks off the first answer, and knows no ranges.
    private void sendDeaf(HttpExchange exchange) throws IOException {
        ranges.add(String.valueOf(exchange.getRequestHeaders().getFirst("Range")));
        exchange.sendResponseHeaders(200, CONTENT.length);
        exchange.getResponseBody().write(CONTENT, 0, ranges.size() == 1 ? 9_001 : CONTENT.length);
        exchange.getResponseBody().flush();
        exchange.close();
    }

    private URI at(String path) {
        return URI.create("http://127.0.0.1:" + server.getAddress().getPort() + path);
    }

    private DataFile file(String path) {
        return new DataFile(
                "text/file.bin", new Origin.Plain(at(path)), CONTENT.length, sha256(CONTENT));
    }

    private static String sha256(byte[] bytes) {
        try {
            return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(bytes));
        } catch (java.security.NoSuchAlgorithmException e) {
            throw new AssertionError(e);
        }
    }

    private List<String> names() throws IOException {
        try (Stream<Path> files = Files.walk(root)) {
            return files.filter(Files::isRegularFile)
                    .map(it -> root.relativize(it).toString())
                    .sorted()
                    .toList();
        }
    }

    @Test
    void aFileIsFetchedOnceAndThenHeld() throws IOException {
        DataFolder folder = new DataFolder(root);
        List<Long> told = new ArrayList<>();
        assertThat(folder.get(file("/whole"), (_, done) -> told.add(done)))
                .isEqualTo(DataFolder.How.FETCHED);
        assertThat(told).isSorted().endsWith((long) CONTENT.length);
        assertThat(folder.get(file("/whole"), QUIET)).isEqualTo(DataFolder.How.HELD);
        assertThat(ranges).containsExactly("null");
        assertThat(names()).containsExactly("text/file.bin");
        assertThat(Files.readAllBytes(root.resolve("text/file.bin"))).isEqualTo(CONTENT);
    }

    @Test
    void aCutConnectionGoesOnWhereItEnded() throws IOException {
        assertThat(new DataFolder(root).get(file("/cut"), QUIET)).isEqualTo(DataFolder.How.FETCHED);
        // what was on its way when the connection went may be lost with it
        assertThat(ranges).hasSizeBetween(2, 3).startsWith("null");
        List<Integer> begins =
                ranges.stream()
                        .skip(1)
                        .map(it -> Integer.valueOf(it.replaceAll("bytes=(\\d+)-", "$1")))
                        .toList();
        assertThat(begins.getFirst()).isBetween(1, 200_003);
        assertThat(begins).doesNotHaveDuplicates().isSorted();
        assertThat(Files.readAllBytes(root.resolve("text/file.bin"))).isEqualTo(CONTENT);
    }

    @Test
    void aPartOfAnEarlierRunIsGoneOnWith() throws IOException {
        Files.createDirectories(root.resolve("text"));
        Files.write(root.resolve("text/file.bin.part"), Arrays.copyOf(CONTENT, 77_777));
        new DataFolder(root).get(file("/whole"), QUIET);
        assertThat(ranges).containsExactly("bytes=77777-");
        assertThat(Files.readAllBytes(root.resolve("text/file.bin"))).isEqualTo(CONTENT);
    }

    @Test
    void aServerWithoutRangesBeginsAnew() throws IOException {
        new DataFolder(root).get(file("/deaf"), QUIET);
        assertThat(ranges).containsExactly("null", "bytes=9001-");
        assertThat(Files.readAllBytes(root.resolve("text/file.bin"))).isEqualTo(CONTENT);
    }

    @Test
    void aConnectionThatNeverHoldsLeavesItsPart() throws IOException {
        DataFile long3 =
                new DataFile(
                        "text/file.bin", new Origin.Plain(at("/cut")), 300_010, sha256(CONTENT));
        assertThatThrownBy(() -> new DataFolder(root).get(long3, QUIET))
                .isInstanceOf(DataException.class)
                .hasMessageContaining("300007 bytes are there")
                .hasMessageContaining("run it again")
                .hasMessageContaining("bring the file to " + root.resolve("text/file.bin"));
        assertThat(names()).containsExactly("text/file.bin.part");
    }

    @Test
    void aWrongDigestIsThrownAway() throws IOException {
        DataFile other =
                new DataFile(
                        "text/file.bin",
                        new Origin.Plain(at("/whole")),
                        CONTENT.length,
                        sha256(new byte[1]));
        assertThatThrownBy(() -> new DataFolder(root).get(other, QUIET))
                .isInstanceOf(DataException.class)
                .hasMessageContaining(sha256(CONTENT))
                .hasMessageContaining(sha256(new byte[1]));
        assertThat(names()).isEmpty();
    }

    @Test
    void aHeldFileOfAnotherDigestIsNamedAndKept() throws IOException {
        Path held = root.resolve("text/file.bin");
        Files.createDirectories(held.getParent());
        Files.writeString(held, "mine");
        assertThatThrownBy(() -> new DataFolder(root).get(file("/whole"), QUIET))
                .isInstanceOf(DataException.class)
                .hasMessageContaining("move it away");
        assertThat(held).hasContent("mine");
        assertThat(ranges).isEmpty();
    }

    @Test
    void aServerThatSendsMoreIsCutOff() {
        assertThatThrownBy(() -> new DataFolder(root).get(file("/longer"), QUIET))
                .isInstanceOf(DataException.class)
                .hasMessageContaining("more than 300007 bytes");
    }

    @Test
    void aRefusalIsToldWithItsNumber() {
        assertThatThrownBy(() -> new DataFolder(root).get(file("/nowhere"), QUIET))
                .isInstanceOf(DataException.class)
                .hasMessageContaining("/nowhere")
                .hasMessageContaining("404");
    }

    @Test
    void someFoldersAreTakenOutOfAnArchive() throws IOException {
        String listing =
                sha256("one".getBytes(StandardCharsets.UTF_8))
                        + "  train/a.txt\n"
                        + sha256("two".getBytes(StandardCharsets.UTF_8))
                        + "  train/b.txt\n";
        DataFile packed =
                new DataFile(
                        "images/set.zip",
                        new Origin.Archive(at("/archive"), List.of("train/")),
                        1000,
                        sha256(listing.getBytes(StandardCharsets.UTF_8)));
        DataFolder folder = new DataFolder(root);
        assertThat(folder.get(packed, QUIET)).isEqualTo(DataFolder.How.FETCHED);
        assertThat(folder.get(packed, QUIET)).isEqualTo(DataFolder.How.HELD);
        assertThat(names()).containsExactly("images/set.zip");
        try (ZipFile zip = new ZipFile(root.resolve("images/set.zip").toFile())) {
            assertThat(Listing.entries(zip).stream().map(ZipEntry::getName))
                    .containsExactly("train/a.txt", "train/b.txt");
        }
    }

    private static byte[] archive() throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (ZipOutputStream zip = new ZipOutputStream(bytes)) {
            for (String[] entry :
                    new String[][] {
                        {"set-1/README.md", "read me"},
                        {"set-1/train/b.txt", "two"},
                        {"set-1/train/a.txt", "one"}
                    }) {
                zip.putNextEntry(new ZipEntry(entry[0]));
                zip.write(entry[1].getBytes(StandardCharsets.UTF_8));
                zip.closeEntry();
            }
        }
        return bytes.toByteArray();
    }

    @Test
    void aPathCannotLeadOutOfTheFolder() {
        for (String path : List.of("../x", "/etc/passwd", "a/../../x", "a//b", "")) {
            assertThatThrownBy(
                            () ->
                                    new DataFile(
                                            path,
                                            new Origin.Plain(at("/whole")),
                                            1,
                                            sha256(CONTENT)))
                    .as(path)
                    .isInstanceOf(IllegalArgumentException.class);
        }
    }

    @Test
    void everyKnownFileLiesAtAFixedPlaceUnderHttps() {
        List<DataFile> files =
                DataSets.known().all().stream().flatMap(set -> set.files().stream()).toList();
        assertThat(files).hasSizeGreaterThan(20);
        assertThat(files).extracting(DataFile::path).doesNotHaveDuplicates();
        assertThat(files)
                .allSatisfy(
                        file ->
                                assertThat(file.origin().uri().toString())
                                        .startsWith("https://")
                                        .containsPattern("/[0-9a-f]{40}"));
    }
}
