package org.cumae.picture;

import org.cumae.distribution.Finding;
import org.cumae.distribution.Vector;
import org.cumae.model.Answer;
import org.cumae.model.Capability;
import org.cumae.model.Card;
import org.cumae.model.Input;
import org.cumae.model.Model;
import org.cumae.model.Query;
import org.cumae.model.State;
import org.cumae.model.Want;

import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.stream.IntStream;

/// A model of a normal field whose velocities are the true ones, given what its rows tell: the rows
/// that a query hands on, or those that its context holds.
///
/// Values are single numbers. The hidden state of a row is all that its query was fed.
final class FieldModel implements Model {
    private final FlowManner manner;
    private final Matrix covariance; // of all values, and behind them of what rows of a lesson say
    private final boolean heeds; // whether what is told matters

    /// @param field the covariance of the picture's values
    FieldModel(FlowManner manner, Matrix field, boolean heeds) {
        this.manner = manner;
        this.heeds = heeds;
        int cells = manner.latent().length();
        double[][] columns = new double[cells][];
        for (int cell = 0; cell < cells; cell++) {
            float[] picture = new float[cells];
            picture[cell] = 1;
            float[] values = manner.values(picture);
            float[] rows = manner.rows(values);
            double[] all = new double[values.length + rows.length];
            for (int i = 0; i < all.length; i++) {
                all[i] = i < values.length ? values[i] : rows[i - values.length];
            }
            columns[cell] = all;
        }
        Matrix said = new Matrix(columns).turned(); // [values and rows][cells]
        this.covariance = said.times(field).times(said.turned());
    }

    @Override
    public Card card() {
        EnumSet<Capability> all = EnumSet.copyOf(DrawValues.needs());
        all.add(Capability.ANY_VISIBILITY);
        return new Card("field", 2, 1000, all);
    }

    @Override
    public State open() {
        return new HeldRows<Double>();
    }

    @Override
    public List<Answer> forward(List<Part> pass) {
        return pass.stream().map(part -> answer(held(part.state()), part.query())).toList();
    }

    @SuppressWarnings("unchecked") // as they are opened
    private static HeldRows<Double> held(State state) {
        return (HeldRows<Double>) state;
    }

    private Answer answer(HeldRows<Double> held, Query query) {
        int[] positions = query.positions().orElseThrow().toArray();
        double[] fed =
                switch (query.input()) {
                    case Input.Ids _ -> new double[0];
                    case Input.Vectors(List<Vector> vectors) -> numbers(vectors);
                    case Input.Made _ -> throw new AssertionError("fields make nothing of rows");
                    case Input.Noised noised -> numbers(noised.vectors());
                };
        List<Finding> findings = new ArrayList<>();
        if (query.wants().stream().anyMatch(Want.Velocity.class::isInstance)) {
            Input.Noised noised = (Input.Noised) query.input();
            double[] told =
                    query.isTold()
                            ? numbers(noised.told().subList(0, 1))
                            : held.rows().stream().mapToDouble(Double::doubleValue).toArray();
            int values = manner.length();
            int[] known =
                    query.isTold()
                            ? IntStream.range(0, told.length)
                                    .map(i -> values + positions[0] - manner.lead() + i)
                                    .toArray()
                            : held.positions().stream().mapToInt(Integer::intValue).toArray();
            for (double way : velocity(noised.times().getFirst(), fed, positions, told, known)) {
                findings.add(new Vector((float) way));
            }
        } else {
            float[] all = new float[fed.length];
            for (int i = 0; i < all.length; i++) {
                all[i] = (float) fed[i];
            }
            query.wants().forEach(_ -> findings.add(new Vector(all)));
        }
        for (int i = 0; i < fed.length; i++) {
            held.add(positions[i], fed[i]);
        }
        if (fed.length == 0 && manner instanceof FlowScales) {
            held.add(0, 0.0); // the condition's row
        }
        return new Answer(findings);
    }

    private static double[] numbers(List<Vector> vectors) {
        return vectors.stream()
                .flatMapToDouble(v -> IntStream.range(0, v.width()).mapToDouble(v::get))
                .toArray();
    }

    /// The mean of `e - x` given `x_t` and what is known.
    private double[] velocity(double time, double[] at, int[] places, double[] told, int[] known) {
        Matrix own = covariance.part(places, places);
        double[] mean = new double[at.length];
        Matrix left = own;
        if (heeds && known.length > 0) {
            Matrix cross = covariance.part(places, known);
            Matrix others = covariance.part(known, known);
            // what rows say may be of lower rank than there are rows
            Matrix gain =
                    cross.times(others.plus(1, 1e-9, Matrix.identity(known.length)).inverse());
            mean = gain.times(told);
            left = own.plus(1, -1, gain.times(cross.turned()));
        }
        double there = 1 - time;
        Matrix one = Matrix.identity(at.length);
        Matrix spread = left.plus(there * there, time * time, one).inverse();
        Matrix by = one.plus(time, -there, left).times(spread);
        double[] off = new double[at.length];
        for (int i = 0; i < off.length; i++) {
            off[i] = at[i] - there * mean[i];
        }
        double[] way = by.times(off);
        for (int i = 0; i < way.length; i++) {
            way[i] -= mean[i];
        }
        return way;
    }

    @Override
    public void close() {}
}
