package org.cumae.reproduce.speculative;

import org.cumae.canvas.Address;
import org.cumae.canvas.Canvas;
import org.cumae.canvas.Element;
import org.cumae.decode.FillRequest;
import org.cumae.decode.Filled;
import org.cumae.decode.speculative.AnySubset;
import org.cumae.engine.Engine;
import org.cumae.model.Ledger;
import org.cumae.order.Order;
import org.cumae.reproduce.Figure;

import java.util.ArrayList;
import java.util.List;
import java.util.function.IntFunction;
import java.util.function.ToDoubleFunction;

/// What was written into some canvases in one way.
///
/// @param name of the way in tables
/// @param filled the canvases
/// @param surprises of each, in nats a variable, under the model's joint law in the order of
///   reading
record Infillings(String name, List<Filled> filled, List<Double> surprises) {
    Infillings {
        filled = List.copyOf(filled);
        surprises = List.copyOf(surprises);
    }

    /// Writes what is unknown of the canvases.
    ///
    /// @param order of so many variables
    static Infillings of(
            String name,
            Engine engine,
            AnySubset how,
            IntFunction<Order> order,
            List<Canvas> canvases) {
        List<Filled> all = new ArrayList<>();
        List<Double> surprises = new ArrayList<>();
        for (int i = 0; i < canvases.size(); i++) {
            Canvas known = canvases.get(i);
            List<Address> missing = known.unknown(known.layout().addresses());
            FillRequest request =
                    FillRequest.of(known, missing, order.apply(missing.size())).withSeed(i);
            Filled filled = engine.call(context -> how.fill(context, request, _ -> true));
            all.add(filled);
            List<Element> values =
                    missing.stream()
                            .map(at -> new Element(at, filled.canvas().codes(at).orElseThrow()))
                            .toList();
            surprises.add(
                    engine
                            .call(context -> AnySubset.logProbabilities(context, known, values))
                            .stream()
                            .mapToDouble(log -> -log)
                            .average()
                            .orElseThrow());
        }
        return new Infillings(name, all, surprises);
    }

    Mean surprise() {
        return Mean.of(surprises);
    }

    /// Passes for each variable.
    Mean passes() {
        return Mean.of(
                filled.stream()
                        .map(Filled::ledger)
                        .map(entry -> (double) entry.forwards() / entry.emitted())
                        .toList());
    }

    /// Variables that a round of guessing and judging settles.
    Mean perRound() {
        return Mean.of(
                filled.stream()
                        .flatMap(each -> each.ledger().acceptedLengths().stream())
                        .map(accepted -> accepted + 1.0)
                        .toList());
    }

    /// In how many of the canvases the same was written as in another way.
    double same(Infillings other) {
        int same = 0;
        for (int i = 0; i < filled.size(); i++) {
            same += filled.get(i).canvas().equals(other.filled.get(i).canvas()) ? 1 : 0;
        }
        return (double) same / filled.size();
    }

    /// Rows fed for each variable.
    private double rows() {
        return sum(Ledger.Entry::rows) / sum(Ledger.Entry::emitted);
    }

    private double seconds() {
        return sum(Ledger.Entry::seconds);
    }

    private double sum(ToDoubleFunction<Ledger.Entry> of) {
        return filled.stream().map(Filled::ledger).mapToDouble(of).sum();
    }

    /// What a table shows of it.
    List<Figure> figures(Infillings plain) {
        return List.of(
                new Figure(name, passes().value(), "passes/character"),
                new Figure(name + ": rows", rows(), "rows/character"),
                new Figure(name + ": surprise", surprise().value(), "nats/character"),
                new Figure(
                        name + ": surprise, standard error", surprise().error(), "nats/character"),
                new Figure(name + ": speed over one by one", plain.seconds() / seconds(), "ratio"));
    }
}
