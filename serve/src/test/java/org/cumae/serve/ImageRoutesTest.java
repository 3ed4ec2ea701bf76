package org.cumae.serve;

import static org.assertj.core.api.Assertions.assertThat;

import org.cumae.image.MannerPlan.Kind;
import org.cumae.image.PictureModel;
import org.cumae.psi.Raster;
import org.cumae.unit.picture.PictureFile;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

import tools.jackson.databind.JsonNode;

import java.io.ByteArrayInputStream;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

/// Pictures over HTTP.
class ImageRoutesTest {
    private static CumaeServer server;
    private static Client client;
    private static PictureModel raster;
    private static PictureModel rings;
    private static PictureModel values;
    private static PictureModel line;
    private static PictureModel surest;

    @BeforeAll
    static void start() {
        server = CumaeServer.start(ServerOptions.DEFAULT.withPort(0));
        raster = Painting.model(Kind.RASTER);
        rings = Painting.model(Kind.RINGS);
        values = Painting.values();
        line = Painting.line();
        surest = Painting.model(Kind.MASKS);
        server.add("painting-raster", raster);
        server.add("painting-values", values);
        server.add("painting-rings", rings);
        server.add("painting-written", line);
        server.add("painting-surest", surest);
        client = new Client(server);
    }

    @AfterAll
    static void stop() {
        server.close();
        raster.close();
        rings.close();
        values.close();
        line.close();
        surest.close();
    }

    /// Patches that come out of noise one after the other; what is not known yet is paper.
    @Test
    void realVectorsAreDrawnAsCodesAre() {
        JsonNode one =
                asked(
                        "/v1/images/generations",
                        "{\"model\":\"painting-values\",\"prompt\":\"cat\",\"n\":2,\"seed\":5}");
        assertThat(one.get("data")).hasSize(2);
        assertThat(one.at("/cumae/steps").asInt()).isEqualTo(4);
        assertThat(one.at("/cumae/passes").asInt()).isEqualTo(4 * 5);
        JsonNode steps =
                asked(
                        "/cumae/v1/images/draw",
                        "{\"model\":\"painting-values\",\"prompt\":\"cat\",\"seed\":5}");
        assertThat(steps.get("steps")).hasSize(4);
        assertThat(steps.at("/steps/0")).isNotEqualTo(steps.at("/steps/3"));
    }

    /// Masks that fall step by step, and one pass more for the class.
    @Test
    void masksAreDrawnAsOthersAre() {
        String body =
                "{\"model\":\"painting-surest\",\"prompt\":\"cat\",\"seed\":5,\"guidance\":2}";
        JsonNode drawn = asked("/cumae/v1/images/draw", body);
        assertThat(drawn.get("steps")).hasSize(10);
        assertThat(drawn.at("/cumae/passes").asInt()).isEqualTo(11);
        Set<JsonNode> distinct = new HashSet<>();
        drawn.get("steps").forEach(distinct::add);
        assertThat(distinct).hasSize(10);
        assertThat(asked("/cumae/v1/images/draw", body).get("steps")).isEqualTo(drawn.get("steps"));
    }

    /// A picture that emerges is nothing before its first group is written, is seen whole from then
    /// on, changes with each group only, and in the end is what is shown last.
    @Test
    void aLineIsSeenBehindEachOfItsGroups() {
        String body = "{\"model\":\"painting-written\",\"prompt\":\"dog\",\"seed\":5}";
        JsonNode drawn = asked("/cumae/v1/images/draw", body);
        assertThat(drawn.get("steps")).hasSize(8);
        assertThat(drawn.at("/cumae/passes").asInt()).isEqualTo(8);
        List<JsonNode> steps = drawn.get("steps").valueStream().toList();
        for (int step = 1; step < 8; step++) {
            assertThat(steps.get(step).equals(steps.get(step - 1)))
                    .as("step %d", step)
                    .isEqualTo(step % 2 == 0);
        }
        JsonNode again = asked("/cumae/v1/images/draw", body);
        assertThat(again.get("steps")).isEqualTo(drawn.get("steps"));
    }

    private static JsonNode asked(String path, String body) {
        Client.Answer got = client.post(path, body);
        assertThat(got.status()).as(got.text()).isEqualTo(200);
        return got.json();
    }

    private static Raster picture(JsonNode base64) {
        byte[] png = Base64.getDecoder().decode(base64.asString());
        return PictureFile.read(new ByteArrayInputStream(png), "the answer");
    }

    @Test
    void picturesComeAsPngBySeed() {
        String body =
                "{\"model\":\"painting-rings\",\"prompt\":\"dog\",\"n\":3,\"seed\":5,\"size\":\"12x12\"}";
        JsonNode one = asked("/v1/images/generations", body);
        assertThat(one.get("data")).hasSize(3);
        Raster first = picture(one.at("/data/0/b64_json"));
        assertThat(List.of(first.rows(), first.columns())).containsExactly(12, 12);
        assertThat(first.at(0, 0, 1))
                .isEqualTo(first.at(2, 2, 1)); // one patch, three times as large
        assertThat(picture(one.at("/data/1/b64_json"))).isNotEqualTo(first);
        assertThat(one.at("/cumae/passes").asInt()).isEqualTo(7);
        JsonNode again = asked("/v1/images/generations", body);
        assertThat(again.get("data")).isEqualTo(one.get("data"));
        assertThat(
                        picture(
                                        asked("/v1/images/generations", "{\"prompt\":\"\"}")
                                                .at("/data/0/b64_json"))
                                .rows())
                .isEqualTo(32);
    }

    @Test
    void modelsSayWhatTheyDraw() {
        JsonNode list = client.get("/cumae/v1/images").json().get("data");
        assertThat(list.valueStream().map(each -> each.get("id").asString()))
                .containsExactly(
                        "painting-raster",
                        "painting-rings",
                        "painting-surest",
                        "painting-values",
                        "painting-written");
        assertThat(list.get(0).get("steps").asInt()).isEqualTo(16);
        assertThat(list.get(1).get("order").asString()).isEqualTo("rings");
        assertThat(list.get(1).get("classes").valueStream().map(JsonNode::asString))
                .containsExactly("cat", "dog");
    }

    @Test
    void everyStepIsTold() {
        JsonNode drawn =
                asked(
                        "/cumae/v1/images/draw",
                        "{\"model\":\"painting-rings\",\"prompt\":\"cat\",\"seed\":2}");
        assertThat(drawn.get("steps")).hasSize(7);
        Set<JsonNode> distinct = new HashSet<>();
        drawn.get("steps").forEach(distinct::add);
        assertThat(distinct).hasSize(7);
    }

    @Test
    void previewsComeBeforeThePicture() {
        Client.Answer got =
                client.post(
                        "/v1/images/generations",
                        "{\"model\":\"painting-raster\",\"prompt\":\"cat\",\"seed\":3,\"n\":2,"
                                + "\"stream\":true,\"partial_images\":3}");
        assertThat(got.status()).isEqualTo(200);
        assertThat(got.text().split("event: image_generation.partial_image", -1)).hasSize(7);
        assertThat(got.text().split("event: image_generation.completed", -1)).hasSize(3);
        assertThat(got.text().indexOf("partial_image")).isLessThan(got.text().indexOf("completed"));
        String whole =
                asked(
                                "/v1/images/generations",
                                "{\"model\":\"painting-raster\",\"prompt\":\"cat\",\"seed\":3}")
                        .at("/data/0/b64_json")
                        .asString();
        assertThat(got.text()).contains(whole);
    }

    /// Sixteen at once are those that come one by one, in fewer passes.
    @Test
    void requestsAtOnceSharePasses() throws Exception {
        List<String> alone = new ArrayList<>();
        for (int i = 0; i < 16; i++) {
            alone.add(generated(i));
        }
        long before = raster.stats().passes();
        try (ExecutorService threads = Executors.newFixedThreadPool(16)) {
            List<Future<String>> begun = new ArrayList<>();
            for (int i = 0; i < 16; i++) {
                int seed = i;
                begun.add(threads.submit(() -> generated(seed)));
            }
            for (int i = 0; i < 16; i++) {
                assertThat(begun.get(i).get()).isEqualTo(alone.get(i));
            }
        }
        assertThat(raster.stats().passes() - before).isLessThan(16 * 16);
    }

    private static String generated(int seed) {
        return asked(
                        "/v1/images/generations",
                        "{\"model\":\"painting-raster\",\"prompt\":\"dog\",\"seed\":%d}"
                                .formatted(seed))
                .at("/data/0/b64_json")
                .asString();
    }

    private static String refused(String body) {
        Client.Answer got = client.post("/v1/images/generations", body);
        assertThat(got.status()).as(got.text()).isEqualTo(400);
        return got.json().at("/error/message").asString();
    }

    @Test
    void whatCannotBeDrawnIsRefusedInWords() {
        assertThat(refused("{\"prompt\":\"an owl\"}"))
                .contains("prompt is 'an owl'; model painting-raster draws cat, dog");
        assertThat(refused("{\"prompt\":\"cat\",\"size\":\"5x5\"}")).contains("give 4x4");
        assertThat(refused("{\"prompt\":\"cat\",\"n\":65}")).contains("65");
        assertThat(refused("{\"prompt\":\"cat\",\"response_format\":\"url\"}"))
                .contains("pictures come as b64_json");
        assertThat(client.post("/v1/images/generations", "{\"model\":\"x\"}").status())
                .isEqualTo(404);
    }
}
