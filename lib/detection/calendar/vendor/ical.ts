import type Library from 'ical.js' with { 'resolution-mode': 'import' };

/**
 * The part of ical.js that is used here. It is no dependency of the package: the build bundles it into this one file. Its
 * module for `require` is the library itself.
 */
export const { Component, parse } = require('ical.js') as typeof Library;

export type Component = Library.Component;
export type Property = Library.Property;
export type Recur = Library.Recur;
export type Time = Library.Time;
export type Duration = Library.Duration;
export type Period = Library.Period;
