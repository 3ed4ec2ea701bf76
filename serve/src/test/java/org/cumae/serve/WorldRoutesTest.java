package org.cumae.serve;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import org.cumae.psi.Raster;
import org.cumae.world.Pictures;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import tools.jackson.databind.JsonNode;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Base64;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.IntStream;

/// Worlds over HTTP.
class WorldRoutesTest {
    private static CumaeServer server;
    private static Client client;
    @TempDir private static Path folder;

    @BeforeAll
    static void start() {
        server = CumaeServer.start(ServerOptions.DEFAULT.withPort(0));
        client = new Client(server);
    }

    @AfterAll
    static void stop() {
        server.close();
    }

    private static JsonNode asked(String what, String body) {
        Client.Answer got = client.post("/cumae/v1/world/" + what, body);
        assertThat(got.status()).as(got.text()).isEqualTo(200);
        return got.json();
    }

    private static String refused(String what, String body) {
        Client.Answer got = client.post("/cumae/v1/world/" + what, body);
        assertThat(got.status()).as(got.text()).isEqualTo(400);
        return got.json().at("/error/message").asString();
    }

    @Test
    void worldsSayWhatTheyKnow() {
        JsonNode list = client.get("/cumae/v1/world").json().get("data");
        assertThat(list.valueStream().map(world -> world.get("id").asString()))
                .startsWith("moving-object", "stack", "two-planes");
        assertThat(list.get(0).get("frames").asInt()).isEqualTo(3);
        assertThat(list.get(0).get("reach").asDouble()).isEqualTo(2);
        assertThat(list.get(2).get("knows").valueStream().map(JsonNode::asString))
                .contains("c01", "d0");
    }

    @Test
    void aPromptIsAnsweredBySeed() {
        String body =
                "{\"world\":\"moving-object\",\"scene\":3,\"seed\":5,\"prompt\":\"rgb0->rgb1:s2p=8\"}";
        JsonNode one = asked("ask", body);
        assertThat(one.at("/items/rgb1/values")).hasSize(300);
        assertThat(one.get("written")).hasSize(100);
        assertThat(one.get("exact").asBoolean()).isFalse();
        assertThat(one.get("passes").asInt()).isBetween(9, 12);
        assertThat(asked("ask", body)).isEqualTo(one);
    }

    @Test
    void structureIsReadOffTheScene() {
        String scene = "\"world\":\"moving-object\",\"scene\":3";
        JsonNode segment = asked("segment", "{%s,\"at\":[3,3]}".formatted(scene));
        assertThat(segment.at("/segments/0/patches").asInt()).isEqualTo(16);
        assertThat(asked("segment", "{%s}".formatted(scene)).get("segments")).isNotEmpty();
        JsonNode poke = asked("poke", "{%s,\"at\":[3,3],\"by\":[2,-1]}".formatted(scene));
        int inside = 2 * (3 * 10 + 3);
        assertThat(poke.at("/motion/values/" + inside).asDouble()).isEqualTo(2, within(0.01));
        assertThat(poke.at("/motion/values/" + (inside + 1)).asDouble())
                .isEqualTo(-1, within(0.01));
        JsonNode before = asked("scene", "{%s}".formatted(scene)).at("/frames/0/values");
        int patch = 3 * (3 * 10 + 3);
        int moved = 3 * (2 * 10 + 5);
        long same =
                IntStream.range(0, 3)
                        .filter(
                                c ->
                                        before.get(patch + c)
                                                .equals(poke.at("/next/values/" + (moved + c))))
                        .count();
        assertThat(same).isEqualTo(3);
        JsonNode flow = asked("flow", "{%s,\"at\":[[3,3],[0,0]],\"reveal\":0.3}".formatted(scene));
        assertThat(flow.get("traces")).hasSize(2);
        assertThat(flow.at("/traces/1/motion/0").asInt()).isZero();
        assertThat(flow.at("/traces/0/response/values")).hasSize(100);
        assertThat(asked("motion", "{%s}".formatted(scene)).at("/probability/values/0").asDouble())
                .isLessThan(0.05);
        JsonNode depth =
                asked("depth", "{\"world\":\"two-planes\",\"scene\":1}").at("/depth/values");
        List<Double> depths = depth.valueStream().map(JsonNode::asDouble).toList();
        assertThat(depths)
                .anyMatch(z -> Math.abs(z - 1) < 0.02)
                .anyMatch(z -> Math.abs(z - 0.5) < 0.02);
        JsonNode entropy = asked("entropy", "{%s,\"prompt\":\"rgb0->rgb1\"}".formatted(scene));
        assertThat(entropy.at("/items/rgb1/entropy/values")).hasSize(100);
        JsonNode edit = asked("edit", "{%s,\"at\":[3,3],\"by\":[1,1]}".formatted(scene));
        assertThat(edit.at("/next/values")).hasSize(300);
    }

    @Test
    void picturesCanBeShownInsteadOfScenes() throws IOException {
        Raster frame =
                Raster.of(10, 10, 3, (y, x, c) -> (y + x) % 2 == 0 ? 0.9 : c == 2 ? 0.7 : 0.3);
        Path file = folder.resolve("frame.png");
        Pictures.write(Pictures.of(frame), file);
        String base64 = Base64.getEncoder().encodeToString(Files.readAllBytes(file));
        JsonNode entropy =
                asked(
                        "entropy",
                        "{\"world\":\"moving-object\",\"prompt\":\"rgb0->rgb1\",\"frames\":\"data:image/png;base64,%s\"}"
                                .formatted(base64));
        assertThat(entropy.at("/items/rgb1/entropy/rows").asInt()).isEqualTo(10);
        assertThat(refused("scene", "{\"frames\":[\"AAAA\"]}"))
                .contains("frames[0]", "no PNG or JPEG");
        assertThat(refused("scene", "{\"frames\":[\"!\"]}")).contains("frames[0]", "base64");
        String four = "[" + String.join(",", Collections.nCopies(4, '"' + base64 + '"')) + "]";
        assertThat(refused("scene", "{\"frames\":%s}".formatted(four)))
                .contains("has 3 frames and 4 pictures");
        assertThat(
                        refused(
                                "ask",
                                "{\"prompt\":\"rgb0,rgb1->rgb2\",\"frames\":[\"%s\"]}"
                                        .formatted(base64)))
                .contains("rgb1(0, 0) is given and has no value");
    }

    @Test
    void whatMakesNoSenseIsRefusedInWords() {
        assertThat(refused("ask", "{\"prompt\":\"rgb0->sound1\"}")).contains("column 7");
        assertThat(refused("ask", "{}")).contains("prompt is missing");
        assertThat(refused("ask", "{\"world\":\"stak\",\"prompt\":\"rgb0->rgb1\"}"))
                .contains("did you mean 'stack'");
        assertThat(refused("segment", "{\"at\":[3]}")).contains("[row, column]");
        assertThat(refused("segment", "{\"at\":[3,10]}")).contains("outside the grid");
        assertThat(refused("segment", "{\"at\":[-1,0]}")).contains("at[0] is -1");
        assertThat(refused("poke", "{\"at\":[4,4],\"by\":[9,0]}"))
                .contains("knows motion up to 2.00");
        assertThat(refused("poke", "{\"at\":[0,0],\"by\":[1,0]}")).contains("cannot happen");
        assertThat(refused("poke", "{\"at\":[4,4],\"by\":[1e999,0]}")).contains("by[0]");
        assertThat(refused("depth", "{}")).contains("knows nothing of type 'c'");
        assertThat(refused("flow", "{\"reveal\":1}")).contains("reveal");
        assertThat(refused("flow", "{\"masks\":0}")).contains("masks");
        assertThat(client.get("/cumae/v1/world/ask").status()).isEqualTo(405);
    }

    @Test
    void manyCanAskAtOnce() throws Exception {
        try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
            List<Future<JsonNode>> all =
                    IntStream.range(0, 6)
                            .mapToObj(
                                    i ->
                                            threads.submit(
                                                    () ->
                                                            asked(
                                                                    "ask",
                                                                    "{\"prompt\":\"rgb0->rgb1:s2p=6\",\"seed\":%d}"
                                                                            .formatted(i % 2))))
                            .toList();
            for (int i = 2; i < 6; i++) {
                assertThat(all.get(i).get().get("items"))
                        .isEqualTo(all.get(i - 2).get().get("items"));
            }
        }
    }
}
