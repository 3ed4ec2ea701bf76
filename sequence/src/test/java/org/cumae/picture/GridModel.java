package org.cumae.picture;

import org.cumae.distribution.Categorical;
import org.cumae.distribution.Finding;
import org.cumae.distribution.Vector;
import org.cumae.model.Answer;
import org.cumae.model.Capability;
import org.cumae.model.Card;
import org.cumae.model.Input;
import org.cumae.model.Model;
import org.cumae.model.Query;
import org.cumae.model.State;
import org.cumae.model.Tokens;
import org.cumae.model.Want;
import org.cumae.model.Want.Voice;
import org.cumae.psi.Raster;

import java.util.Arrays;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;

/// A model of grids whose joint law is given for each class: it says exactly what a cell is that is
/// asked for, or lies under a mask, given the cells that were fed and not masked.
final class GridModel implements Model {
    private final CodeManner manner;
    private final GridCode code;
    private final Joint joint;
    private final boolean heeds; // whether what is known matters

    /// The weight of a grid.
    interface Joint {
        double weight(int label, int... codes);
    }

    GridModel(CodeManner manner, Joint joint, boolean heeds) {
        this.manner = manner;
        this.code = (GridCode) manner.code();
        this.joint = joint;
        this.heeds = heeds;
    }

    /// A grid of numbered codes, which are their own numbers.
    record Numbered(int down, int across, int perCell, int vocabulary) implements GridCode {
        /// Of one row.
        Numbered(int across, int perCell, int vocabulary) {
            this(1, across, perCell, vocabulary);
        }

        @Override
        public float[] numbers(int... codes) {
            float[] numbers = new float[perCell == 1 ? 0 : perCell];
            for (int i = 0; i < numbers.length; i++) {
                numbers[i] = codes[i];
            }
            return numbers;
        }

        @Override
        public int width() {
            return perCell == 1 ? 0 : perCell;
        }

        @Override
        public int rows() {
            return down;
        }

        @Override
        public int columns() {
            return across;
        }

        @Override
        public int channels() {
            return 1;
        }

        @Override
        public int[] read(Raster picture) {
            throw new UnsupportedOperationException("there are no pictures here");
        }

        @Override
        public Raster write(int... codes) {
            throw new UnsupportedOperationException("there are no pictures here");
        }
    }

    @Override
    public Card card() {
        return new Card(
                "grids",
                manner.firstCondition() + 3,
                manner.mostRows(),
                EnumSet.of(Capability.FULL_VISIBILITY, Capability.VECTORS, Capability.ROLLBACK),
                0,
                Optional.empty(),
                manner instanceof Cells cells ? cells.directions() : 1);
    }

    @Override
    public State open() {
        return new HeldRows<int[]>();
    }

    @Override
    public List<Answer> forward(List<Part> pass) {
        return pass.stream().map(part -> answer(held(part.state()), part.query())).toList();
    }

    @SuppressWarnings("unchecked") // as they are opened
    private static HeldRows<int[]> held(State state) {
        return (HeldRows<int[]>) state;
    }

    /// @param held conditions and cells, of which a condition has one number
    private Answer answer(HeldRows<int[]> held, Query query) {
        int[] positions = query.positions().orElseThrow().toArray();
        List<int[]> fed =
                switch (query.input()) {
                    case Input.Ids(Tokens ids) ->
                            ids.stream().mapToObj(id -> new int[] {id}).toList();
                    case Input.Vectors(List<Vector> vectors) ->
                            vectors.stream().map(this::codes).toList();
                    case Input.Made _, Input.Noised _ ->
                            throw new AssertionError("codes are ids or numbers");
                };
        for (int row = 0; row < positions.length; row++) {
            held.add(positions[row], fed.get(row));
        }
        int each = code.perCell();
        int[] known = new int[manner.code().length()];
        Arrays.fill(known, PictureCode.UNKNOWN);
        int label = held.rows().getFirst()[0] - manner.firstCondition();
        for (int row = 1; row < held.length() && heeds; row++) {
            for (int part = 0; part < each; part++) {
                int fedCode = held.rows().get(row)[part];
                known[held.positions().get(row) * each + part] =
                        fedCode == code.vocabulary() ? PictureCode.UNKNOWN : fedCode;
            }
        }
        return new Answer(
                query.wants().stream()
                        .<Finding>map(
                                want ->
                                        switch (want) {
                                            case Want.Law(int row, int from, int _) ->
                                                    law(label, positions[row], from, known);
                                            case Want.Blend(List<Voice> said, int from, int _) ->
                                                    law(
                                                            label,
                                                            toldBy(said.getFirst(), positions),
                                                            from,
                                                            known);
                                            default -> throw new AssertionError(want);
                                        })
                        .toList());
    }

    /// The cell that a voice tells of: the next one, or the one below.
    private int toldBy(Voice voice, int... positions) {
        int cell = positions[voice.row()];
        if (cell == code.down() * code.across()) {
            return 0; // by the condition
        }
        return cell + (voice.direction() == 0 ? 1 : code.across());
    }

    /// The codes of a cell, all unknown where it is the mask.
    private int[] codes(Vector numbers) {
        int each = code.perCell();
        boolean masked = numbers.width() > each && numbers.get(each) == 1;
        return IntStream.range(0, each)
                .map(part -> masked ? PictureCode.UNKNOWN : (int) numbers.get(part))
                .toArray();
    }

    private Categorical law(int label, int cell, int from, int... known) {
        int part = 0;
        while (code.span(part).from() != from) {
            part++;
        }
        return law(label, cell * code.perCell() + part, known);
    }

    /// What a place holds, given others.
    Categorical law(int label, int place, int... known) {
        double[] weights = new double[manner.span(place).size()];
        sum(label, place, 0, known.clone(), known, weights);
        float[] logits = new float[weights.length];
        for (int i = 0; i < logits.length; i++) {
            logits[i] = (float) Math.log(weights[i]);
        }
        return Categorical.range(manner.span(place).from(), logits);
    }

    private void sum(int label, int asked, int place, int[] grid, int[] known, double[] weights) {
        if (place == grid.length) {
            weights[grid[asked] - manner.span(asked).from()] += joint.weight(label, grid);
            return;
        }
        for (int code = manner.span(place).from(); code < manner.span(place).to(); code++) {
            if (known[place] == PictureCode.UNKNOWN || known[place] == code) {
                grid[place] = code;
                sum(label, asked, place + 1, grid, known, weights);
            }
        }
    }

    @Override
    public void close() {}
}
