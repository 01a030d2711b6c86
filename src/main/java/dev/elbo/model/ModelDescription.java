package dev.elbo.model;

import com.fasterxml.jackson.annotation.JsonSubTypes;
import com.fasterxml.jackson.annotation.JsonTypeInfo;

/** What a model is. In JSON the names of its parts tell which of the two it is. */
@JsonTypeInfo(use = JsonTypeInfo.Id.DEDUCTION)
@JsonSubTypes({@JsonSubTypes.Type(ModelOptions.class), @JsonSubTypes.Type(BaselineOptions.class)})
public sealed interface ModelDescription permits ModelOptions, BaselineOptions {}
