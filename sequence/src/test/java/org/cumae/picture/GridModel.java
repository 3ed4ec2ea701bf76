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
import org.cumae.psi.Raster;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.List;
import java.util.stream.IntStream;

/// A model of grids whose joint law is given for each class: it says exactly what lies under a mask
/// given the cells that are not masked.
final class GridModel implements Model {
    private final CodeMasks manner;
    private final Joint joint;
    private final boolean heeds; // whether what is known matters

    /// The weight of a grid.
    interface Joint {
        double weight(int label, int... codes);
    }

    GridModel(CodeMasks manner, Joint joint, boolean heeds) {
        this.manner = manner;
        this.joint = joint;
        this.heeds = heeds;
    }

    /// A grid of one row of numbered codes, which are their own numbers.
    record Strip(int across, int perCell, int vocabulary) implements GridCode {
        @Override
        public int down() {
            return 1;
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
            return 1;
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
                EnumSet.of(Capability.FULL_VISIBILITY, Capability.VECTORS, Capability.ROLLBACK));
    }

    /// Conditions and cells that were fed, by position; a condition has one number.
    private record Held(List<Integer> positions, List<int[]> rows) implements State {
        @Override
        public int length() {
            return rows.size();
        }

        @Override
        public State fork() {
            return new Held(new ArrayList<>(positions), new ArrayList<>(rows));
        }

        @Override
        public void truncate(int length) {
            positions.subList(length, rows.size()).clear();
            rows.subList(length, rows.size()).clear();
        }

        @Override
        public void keep(int from, Tokens kept) {
            throw new UnsupportedOperationException("rows are taken back from the end");
        }

        @Override
        public long bytes() {
            return 0;
        }

        @Override
        public void close() {}
    }

    @Override
    public State open() {
        return new Held(new ArrayList<>(), new ArrayList<>());
    }

    @Override
    public List<Answer> forward(List<Part> pass) {
        return pass.stream().map(part -> answer((Held) part.state(), part.query())).toList();
    }

    private Answer answer(Held held, Query query) {
        int[] positions = query.positions().orElseThrow().toArray();
        List<int[]> fed =
                switch (query.input()) {
                    case Input.Ids(Tokens ids) ->
                            ids.stream().mapToObj(id -> new int[] {id}).toList();
                    case Input.Vectors(List<Vector> vectors) ->
                            vectors.stream().map(GridModel::codes).toList();
                    case Input.Made _, Input.Noised _ ->
                            throw new AssertionError("codes are ids or numbers");
                };
        for (int row = 0; row < positions.length; row++) {
            held.positions.add(positions[row]);
            held.rows.add(fed.get(row));
        }
        int each = manner.code().perCell();
        int[] known = new int[manner.code().length()];
        Arrays.fill(known, PictureCode.UNKNOWN);
        int label = held.rows.getFirst()[0] - manner.firstCondition();
        for (int row = 1; row < held.length() && heeds; row++) {
            for (int part = 0; part < each; part++) {
                int code = held.rows.get(row)[part];
                known[held.positions.get(row) * each + part] =
                        code == manner.code().vocabulary() ? PictureCode.UNKNOWN : code;
            }
        }
        return new Answer(
                query.wants().stream()
                        .map(Want.Law.class::cast)
                        .<Finding>map(want -> law(label, positions[want.row()], want, known))
                        .toList());
    }

    /// The codes of a cell, all unknown where it is the mask.
    private static int[] codes(Vector numbers) {
        int each = numbers.width() - 1;
        boolean masked = numbers.get(each) == 1;
        return IntStream.range(0, each)
                .map(part -> masked ? PictureCode.UNKNOWN : (int) numbers.get(part))
                .toArray();
    }

    private Categorical law(int label, int cell, Want.Law want, int... known) {
        int each = manner.code().perCell();
        int part = 0;
        while (manner.code().span(part).from() != want.from()) {
            part++;
        }
        return law(label, cell * each + part, known);
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
