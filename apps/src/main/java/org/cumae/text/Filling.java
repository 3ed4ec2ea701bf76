package org.cumae.text;

import org.cumae.Check;
import org.cumae.canvas.Address;
import org.cumae.canvas.Canvas;
import org.cumae.canvas.Layout;
import org.cumae.decode.FillRequest;
import org.cumae.decode.Filled;
import org.cumae.decode.speculative.AnySubset;
import org.cumae.distribution.Sampling;
import org.cumae.engine.Engine;
import org.cumae.order.Order;
import org.cumae.unit.Encoding;
import org.cumae.unit.Tokenizer;

import java.util.ArrayList;
import java.util.List;

/// The places of a text with holes.
///
/// @param canvas what is known
/// @param holes the places of each hole
record Filling(Canvas canvas, List<List<Address>> holes) {
    /// Lays a text out, from the first place on.
    ///
    /// @throws IllegalArgumentException if it has more tokens than the model has places
    static Filling of(HoledText text, Tokenizer tokenizer, Engine engine) {
        engine.card().require("a text with holes", AnySubset.oneByOne().needs());
        Layout layout = AnySubset.layout(engine.card());
        List<Address> places = layout.addresses();
        Canvas canvas = new Canvas(layout);
        List<List<Address>> holes = new ArrayList<>();
        int at = 0;
        for (HoledText.Part part : text.parts()) {
            int[] known =
                    part instanceof HoledText.Known(String words)
                            ? tokenizer.encode(words, Encoding.PLAIN)
                            : new int[0];
            int size = part instanceof HoledText.Hole(int tokens) ? tokens : known.length;
            Check.argument(
                    at + size <= places.size(),
                    "the text and its holes have %d tokens or more, and model %s has %d places; shorten"
                            + " it",
                    at + size,
                    engine.card().name(),
                    places.size());
            for (int i = 0; i < known.length; i++) {
                canvas.observe(places.get(at + i), known[i]);
            }
            if (part instanceof HoledText.Hole) {
                holes.add(places.subList(at, at + size));
            }
            at += size;
        }
        return new Filling(canvas, holes);
    }

    /// Fills the holes.
    FilledText filled(
            Engine engine, Tokenizer tokenizer, AnySubset how, Sampling sampling, long seed) {
        List<Address> missing = holes.stream().flatMap(List::stream).toList();
        FillRequest request =
                FillRequest.of(canvas, missing, Order.raster(missing.size()))
                        .withSampling(sampling)
                        .withSeed(seed);
        Filled filled = engine.call(context -> how.fill(context, request, _ -> true));
        List<Address> all =
                canvas.layout().addresses().stream()
                        .filter(place -> filled.canvas().codes(place).isPresent())
                        .toList();
        return new FilledText(
                text(tokenizer, filled, all),
                holes.stream().map(hole -> text(tokenizer, filled, hole)).toList(),
                filled.written().stream().mapToDouble(w -> w.logProbabilities().getFirst()).sum(),
                seed,
                filled.ledger());
    }

    private static String text(Tokenizer tokenizer, Filled filled, List<Address> places) {
        return tokenizer.decode(
                places.stream()
                        .mapToInt(place -> filled.canvas().codes(place).orElseThrow().get(0))
                        .toArray());
    }
}
