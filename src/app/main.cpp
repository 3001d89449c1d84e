#include "app/cli.h"

int main(int argc, char** argv) { return truce::app::run_cli(argc, argv); }
