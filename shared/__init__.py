"""The common library of the apps: capabilities that know no app."""
