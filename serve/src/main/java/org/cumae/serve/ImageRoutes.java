package org.cumae.serve;

import org.cumae.distribution.Sampling;
import org.cumae.image.PictureModel;
import org.cumae.image.PictureModel.Painted;
import org.cumae.image.PictureModel.Wish;
import org.cumae.image.Sheet;
import org.cumae.picture.PictureUnit;
import org.cumae.psi.Raster;

import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

import java.awt.image.BufferedImage;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Locale;
import java.util.OptionalInt;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.random.RandomGenerator;
import java.util.stream.LongStream;

import javax.imageio.ImageIO;

/// `POST /v1/images/generations` as OpenAI has it, with previews while a picture is drawn; `GET
/// /cumae/v1/images` lists who draws what, and `POST /cumae/v1/images/draw` tells each step.
///
/// The prompt is the name of a class; an empty one is no class in particular.
final class ImageRoutes {
    private static final int MOST = 64;
    private static final int LARGEST = 2048;
    private static final int SHOWN = 8; // times as large as drawn, unless told
    private static final int STRONGEST = 20;

    private final ServedPictures models;

    ImageRoutes(ServedPictures models) {
        this.models = models;
    }

    /// What a request asks for.
    private record Ask(PictureModel model, List<Wish> wishes, int scale) {}

    /// Who draws what.
    void list(Exchange exchange) {
        ObjectNode list = node().put("object", "list");
        ArrayNode data = list.putArray("data");
        for (String name : models.names()) {
            PictureModel model = models.named(name);
            PictureUnit unit = model.manner().unit();
            ObjectNode one = data.addObject().put("id", name).put("object", "image_model");
            one.put("order", model.plan().order().name().toLowerCase(Locale.ROOT));
            one.put("rows", unit.rows()).put("columns", unit.columns());
            one.put("codes", unit.length()).put("steps", model.manner().steps());
            ArrayNode classes = one.putArray("classes");
            model.classes().forEach(classes::add);
        }
        exchange.json(200, list);
    }

    void generations(Exchange exchange) {
        Fields fields = exchange.fields();
        Ask ask = ask(fields, fields.whole("n", 1, MOST).orElse(1));
        boolean stream = fields.flag("stream").orElse(false);
        int partial = fields.whole("partial_images", 0, 1000).orElse(stream ? 3 : 0);
        String format = fields.text("response_format").orElse("b64_json");
        if (!format.equals("b64_json")) {
            throw ApiError.unsupported(
                    "response_format",
                    "response_format is '%s'; pictures come as b64_json",
                    ApiError.shortened(format));
        }
        Reply.surplus(fields, exchange.isStrict());
        if (stream) {
            stream(exchange, ask, partial);
        } else {
            List<Painted> painted = ask.model().draw(ask.wishes());
            ObjectNode answer = node().put("created", System.currentTimeMillis() / 1000);
            ArrayNode data = answer.putArray("data");
            for (Painted each : painted) {
                data.addObject().put("b64_json", png(each.picture(), ask.scale()));
            }
            answer.set("cumae", cost(ask, painted));
            exchange.json(200, answer);
        }
    }

    /// Every step of one picture as a raster.
    void draw(Exchange exchange) {
        Fields fields = exchange.fields();
        Ask ask = ask(fields, 1);
        Reply.surplus(fields, exchange.isStrict());
        ObjectNode answer = node();
        ArrayNode steps = answer.putArray("steps");
        Painted painted =
                ask.model()
                        .draw(
                                ask.wishes().getFirst(),
                                (_, known) -> {
                                    steps.add(WorldRoutes.raster(known.get()));
                                    return true;
                                });
        answer.set("cumae", cost(ask, List.of(painted)));
        exchange.json(200, answer);
    }

    private Ask ask(Fields fields, int count) {
        PictureModel model = models.of(fields);
        String prompt = fields.text("prompt").orElse("").strip();
        OptionalInt label = OptionalInt.empty();
        if (!prompt.isEmpty()) {
            if (!model.classes().contains(prompt)) {
                throw ApiError.badField(
                        "prompt",
                        "prompt is '%s'; model %s draws %s, or with an empty prompt any of them",
                        ApiError.shortened(prompt),
                        model.name(),
                        String.join(", ", model.classes()));
            }
            label = OptionalInt.of(model.label(prompt));
        }
        double guidance = fields.number("guidance", 0, STRONGEST).orElse(1.5);
        Sampling sampling =
                Sampling.PLAIN
                        .withTemperature(fields.number("temperature", 0, 100).orElse(1))
                        .withTopK(fields.whole("top_k", 0, Integer.MAX_VALUE).orElse(0));
        long seed =
                fields.wholeLong("seed")
                        .orElseGet(() -> RandomGenerator.getDefault().nextLong(1L << 32));
        double strength = label.isPresent() ? guidance : 1;
        OptionalInt asked = label;
        return new Ask(
                model,
                LongStream.range(0, count)
                        .mapToObj(i -> new Wish(asked, strength, sampling, seed, i))
                        .toList(),
                scale(fields, model.manner().unit()));
    }

    /// How many times as large as drawn a picture is wanted.
    private static int scale(Fields fields, PictureUnit unit) {
        String size = fields.text("size").orElse("auto");
        if (size.equals("auto")) {
            return SHOWN;
        }
        for (int scale = 1; scale * unit.columns() <= LARGEST; scale++) {
            if (size.equals(scale * unit.columns() + "x" + scale * unit.rows())) {
                return scale;
            }
        }
        throw ApiError.badField(
                "size",
                "size is '%s'; give %dx%d or a whole number of times that, up to %d a side, or auto",
                ApiError.shortened(size),
                unit.columns(),
                unit.rows(),
                LARGEST);
    }

    private sealed interface Event {
        record Step(int picture, int step, Raster preview) implements Event {}

        record End(int picture, Painted painted) implements Event {}

        record Fault(RuntimeException cause) implements Event {}
    }

    /// Previews of some steps, evenly spread, and each picture when it is whole.
    private static void stream(Exchange exchange, Ask ask, int partial) {
        BlockingQueue<Event> events = new LinkedBlockingQueue<>();
        int steps = ask.model().manner().steps();
        Wire wire = Wire.watch();
        for (int i = 0; i < ask.wishes().size(); i++) {
            int picture = i;
            Thread.ofVirtual()
                    .start(
                            () -> {
                                try {
                                    Painted painted =
                                            ask.model()
                                                    .draw(
                                                            ask.wishes().get(picture),
                                                            (step, known) -> {
                                                                if (isShown(step, steps, partial)) {
                                                                    events.add(
                                                                            new Event.Step(
                                                                                    picture,
                                                                                    step,
                                                                                    known.get()));
                                                                }
                                                                return wire.isOpen();
                                                            });
                                    events.add(new Event.End(picture, painted));
                                } catch (RuntimeException e) {
                                    events.add(new Event.Fault(e));
                                }
                            });
        }
        try (EventStream out = new EventStream(exchange.response())) {
            List<Painted> done = new ArrayList<>();
            int[] shown = new int[ask.wishes().size()];
            while (done.size() < ask.wishes().size()) {
                switch (events.take()) {
                    case Event.Step(int picture, int step, Raster preview) -> {
                        ObjectNode event = named("image_generation.partial_image");
                        event.put("b64_json", png(preview, ask.scale()));
                        event.put("partial_image_index", shown[picture]++);
                        event.put("index", picture).put("step", step).put("steps", steps);
                        out.event("image_generation.partial_image", event);
                    }
                    case Event.End(int picture, Painted painted) -> {
                        done.add(painted);
                        ObjectNode event = named("image_generation.completed");
                        event.put("b64_json", png(painted.picture(), ask.scale()));
                        event.put("index", picture);
                        event.set("cumae", cost(ask, List.of(painted)));
                        out.event("image_generation.completed", event);
                    }
                    case Event.Fault(RuntimeException cause) -> {
                        out.data(Faults.error(exchange, cause).body());
                        return;
                    }
                }
            }
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
        }
    }

    private static boolean isShown(int step, int steps, int partial) {
        return step + 1 < steps
                && (long) (step + 1) * (partial + 1) / steps > (long) step * (partial + 1) / steps;
    }

    private static ObjectNode named(String type) {
        return node().put("type", type).put("created_at", System.currentTimeMillis() / 1000);
    }

    private static ObjectNode cost(Ask ask, List<Painted> painted) {
        ObjectNode cost = node().put("model", ask.model().name());
        cost.put("seed", ask.wishes().getFirst().seed());
        cost.put("steps", ask.model().manner().steps());
        cost.put("passes", painted.getFirst().ledger().forwards());
        cost.put("seconds", painted.getLast().ledger().seconds());
        return cost;
    }

    private static String png(Raster picture, int scale) {
        BufferedImage image = Sheet.single(picture, scale);
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        try {
            ImageIO.write(image, "png", out);
        } catch (IOException e) {
            throw new UncheckedIOException("a picture could not be encoded", e);
        }
        return Base64.getEncoder().encodeToString(out.toByteArray());
    }

    private static ObjectNode node() {
        return JsonNodeFactory.instance.objectNode();
    }
}
