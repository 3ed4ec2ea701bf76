package org.cumae.recipe;

import com.fasterxml.jackson.annotation.JsonSubTypes;
import com.fasterxml.jackson.annotation.JsonTypeInfo;

/// What puts the parts of the house together: data, unit, model and training of one model.
@JsonTypeInfo(use = JsonTypeInfo.Id.NAME, property = "kind")
@JsonSubTypes({
    @JsonSubTypes.Type(value = TextRecipe.class, name = "text"),
    @JsonSubTypes.Type(value = MaskRecipe.class, name = "masks"),
    @JsonSubTypes.Type(value = MedusaRecipe.class, name = "medusa"),
    @JsonSubTypes.Type(value = TrigramRecipe.class, name = "trigrams"),
    @JsonSubTypes.Type(value = PictureRecipe.class, name = "picture"),
    @JsonSubTypes.Type(value = BlockRecipe.class, name = "blocks"),
    @JsonSubTypes.Type(value = WorldRecipe.class, name = "world")
})
public sealed interface Recipe
        permits TextRecipe,
                MaskRecipe,
                MedusaRecipe,
                TrigramRecipe,
                PictureRecipe,
                BlockRecipe,
                WorldRecipe {
    /// What the model will be called.
    String name();

    /// What it is, in a sentence.
    String about();

    /// What it learns from.
    TextRecipe.Data data();

    /// Checks what its keys hold, once all of them are known to be keys.
    ///
    /// @throws IllegalArgumentException naming a value and its range
    void check();
}
