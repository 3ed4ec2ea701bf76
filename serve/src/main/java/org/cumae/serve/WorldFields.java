package org.cumae.serve;

import org.cumae.canvas.Canvas;
import org.cumae.psi.Cell;
import org.cumae.psi.Raster;
import org.cumae.unit.picture.PictureFile;
import org.cumae.world.OpenWorld;

import tools.jackson.databind.JsonNode;

import java.io.ByteArrayInputStream;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;

/// What every question to a world says: which world, what it is shown, which seed.
final class WorldFields {
    private static final int MOST_CELLS = 1 << 12;

    private final Fields fields;
    private final OpenWorld open;
    private final Canvas shown;

    WorldFields(Fields fields, ServedWorlds worlds) {
        this.fields = fields;
        this.open = worlds.named(fields.text("world").orElse(worlds.names().getFirst()));
        List<Raster> pictures = pictures();
        long scene = fields.wholeLong("scene").orElse(0);
        this.shown = pictures.isEmpty() ? open.scenes().apply(scene) : open.pictured(pictures);
    }

    /// Pictures in base64, with or without the head of a data URL.
    private List<Raster> pictures() {
        List<Raster> pictures = new ArrayList<>();
        for (String text : fields.texts("frames")) {
            String path = "frames[%d]".formatted(pictures.size());
            try {
                byte[] bytes = Base64.getDecoder().decode(text.substring(text.indexOf(',') + 1));
                pictures.add(PictureFile.read(new ByteArrayInputStream(bytes), path));
            } catch (IllegalArgumentException e) {
                throw ApiError.badField(
                        path,
                        "%s: %s; send a PNG or JPEG in base64",
                        path,
                        String.valueOf(e.getMessage()));
            }
        }
        return pictures;
    }

    Fields fields() {
        return fields;
    }

    OpenWorld open() {
        return open;
    }

    /// All that is known of what is shown.
    Canvas shown() {
        return shown;
    }

    /// Only what is seen in the first frames.
    Canvas frames(int count) {
        return open.frames(shown, count);
    }

    long seed() {
        return fields.wholeLong("seed").orElse(0);
    }

    /// Whether a patch is named.
    boolean hasPoint() {
        return fields.get("at").isPresent();
    }

    /// The patch at `at`, as row and column.
    Cell point() {
        JsonNode value = fields.get("at").orElseThrow(() -> missing("at", "[row, column]"));
        return cell("at", value);
    }

    /// The patches at `at`, a list of rows and columns; none where it is absent.
    List<Cell> points() {
        List<Cell> points = new ArrayList<>();
        JsonNode value = fields.get("at").orElse(null);
        if (value == null) {
            return points;
        }
        if (!value.isArray() || value.isEmpty() || value.size() > MOST_CELLS) {
            throw Fields.wrongType("at", value, "a list of 1 to %d patches".formatted(MOST_CELLS));
        }
        for (JsonNode one : value) {
            points.add(cell("at[%d]".formatted(points.size()), one));
        }
        return points;
    }

    private static Cell cell(String path, JsonNode value) {
        if (!value.isArray() || value.size() != 2) {
            throw Fields.wrongType(path, value, "[row, column]");
        }
        int y = (int) Fields.whole(path + "[0]", value.get(0), 0, Integer.MAX_VALUE);
        int x = (int) Fields.whole(path + "[1]", value.get(1), 0, Integer.MAX_VALUE);
        return new Cell(y, x);
    }

    /// The motion at `by`, (x, y) in pixels.
    double[] motion() {
        JsonNode value = fields.get("by").orElseThrow(() -> missing("by", "[x, y] in pixels"));
        if (!value.isArray() || value.size() != 2) {
            throw Fields.wrongType("by", value, "[x, y] in pixels");
        }
        return new double[] {
            Fields.number("by[0]", value.get(0), -1e6, 1e6),
            Fields.number("by[1]", value.get(1), -1e6, 1e6)
        };
    }

    String prompt() {
        return fields.text("prompt").orElseThrow(() -> missing("prompt", "as \"rgb0->rgb1\""));
    }

    private static ApiError missing(String name, String as) {
        return ApiError.badField(name, "%s is missing; send it, %s", name, as);
    }
}
