package org.cumae.psi;

import org.cumae.canvas.Address;
import org.cumae.canvas.Canvas;
import org.cumae.canvas.Element;
import org.cumae.canvas.Moment;
import org.cumae.distribution.Categorical;

import java.util.Collection;
import java.util.List;

/// Where a world does not know what it will see, all patches asked in one pass. Program G of PSI.
///
/// Patches that are known have none of either.
///
/// @param entropy `[rows, columns, 1]`, of the law of each first code, in nats: how much a look at
///   the patch would tell
/// @param varentropy `[rows, columns, 1]`, the variance of its surprise, in nats squared: small
///   where the law is certain or uniform, large where it is sure of most and not of the rest
public record Uncertainty(Raster entropy, Raster varentropy) {
    /// What is uncertain of a type at a moment.
    ///
    /// @param world whom to ask
    /// @param given what is known
    /// @param type of the variables
    /// @param moment when
    public static Uncertainty of(
            World world, Collection<Element> given, String type, Moment moment) {
        Book book = world.book(type);
        Raster entropy = new Raster(book.type().rows(), book.type().columns(), 1);
        Raster varentropy = new Raster(book.type().rows(), book.type().columns(), 1);
        world.ask(
                belief -> {
                    Canvas known = belief.observe(given).known();
                    List<Address> open = known.unknown(world.cells(type, moment));
                    List<Categorical> laws = open.isEmpty() ? List.of() : belief.laws(open);
                    for (int i = 0; i < laws.size(); i++) {
                        Address at = open.get(i);
                        entropy.set(at.y(), at.x(), 0, laws.get(i).entropy());
                        varentropy.set(at.y(), at.x(), 0, varentropy(laws.get(i)));
                    }
                    return laws.size();
                });
        return new Uncertainty(entropy, varentropy);
    }

    private static double varentropy(Categorical law) {
        double entropy = law.entropy();
        double sum = 0;
        for (int i = 0; i < law.size(); i++) {
            double p = law.probabilityOf(i);
            double gap = p > 0 ? law.logProbabilityOf(i) + entropy : 0;
            sum += p * gap * gap;
        }
        return sum;
    }
}
