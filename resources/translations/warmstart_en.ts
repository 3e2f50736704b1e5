<?xml version="1.0" encoding="utf-8"?>
<!DOCTYPE TS>
<TS version="2.1" language="en">
<context>
    <name>warmstart::AlignmentStrip</name>
    <message numerus="yes">
        <source>%n edit(s), normalised distance %1</source>
        <translation>
            <numerusform>%n edit, normalised distance %1</numerusform>
            <numerusform>%n edits, normalised distance %1</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>warmstart::ClaimsView</name>
    <message numerus="yes">
        <source>%n case(s)</source>
        <translation>
            <numerusform>%n case</numerusform>
            <numerusform>%n cases</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n seed(s)</source>
        <translation>
            <numerusform>%n seed</numerusform>
            <numerusform>%n seeds</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>warmstart::ConfusionView</name>
    <message numerus="yes">
        <source>%1 taken for %2: %n sample(s)</source>
        <translation>
            <numerusform>%1 taken for %2: %n sample</numerusform>
            <numerusform>%1 taken for %2: %n samples</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>warmstart::DryRunView</name>
    <message numerus="yes">
        <source>%n run(s), about %1 one after the other; memory %2 of %3 free, disk %4 of %5 free</source>
        <translation>
            <numerusform>%n run, about %1 one after the other; memory %2 of %3 free, disk %4 of %5 free</numerusform>
            <numerusform>%n runs, about %1 one after the other; memory %2 of %3 free, disk %4 of %5 free</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n step(s)</source>
        <translation>
            <numerusform>%n step</numerusform>
            <numerusform>%n steps</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>warmstart::EmbeddingView</name>
    <message numerus="yes">
        <source>%n point(s) in the lasso</source>
        <translation>
            <numerusform>%n point in the lasso</numerusform>
            <numerusform>%n points in the lasso</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>warmstart::ImageGridView</name>
    <message numerus="yes">
        <source>%n image(s)</source>
        <translation>
            <numerusform>%n image</numerusform>
            <numerusform>%n images</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>warmstart::MainWindow</name>
    <message numerus="yes">
        <source>%n job(s) go on without the window</source>
        <translation>
            <numerusform>%n job goes on without the window</numerusform>
            <numerusform>%n jobs go on without the window</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>warmstart::MapPanel</name>
    <message numerus="yes">
        <source>%1  (%2 x %3 pixels, %n band(s), %4)</source>
        <translation>
            <numerusform>%1  (%2 x %3 pixels, %n band, %4)</numerusform>
            <numerusform>%1  (%2 x %3 pixels, %n bands, %4)</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>warmstart::OutcomeWatch</name>
    <message numerus="yes">
        <source>%n run(s) ended</source>
        <translation>
            <numerusform>%n run ended</numerusform>
            <numerusform>%n runs ended</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>warmstart::RecipeDetail</name>
    <message numerus="yes">
        <source>%n arm(s)</source>
        <translation>
            <numerusform>%n arm</numerusform>
            <numerusform>%n arms</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n seed(s)</source>
        <translation>
            <numerusform>%n seed</numerusform>
            <numerusform>%n seeds</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>warmstart::RunsPanel</name>
    <message numerus="yes">
        <source>%n run(s)</source>
        <translation>
            <numerusform>%n run</numerusform>
            <numerusform>%n runs</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>warmstart::SetupPanel</name>
    <message numerus="yes">
        <source>%n problem(s)</source>
        <translation>
            <numerusform>%n problem</numerusform>
            <numerusform>%n problems</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>warmstart::Submitter</name>
    <message numerus="yes">
        <source>%n run(s) queued</source>
        <translation>
            <numerusform>%n run queued</numerusform>
            <numerusform>%n runs queued</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>warmstart::VolumePanel</name>
    <message numerus="yes">
        <source>%n point(s) in time</source>
        <translation>
            <numerusform>%n point in time</numerusform>
            <numerusform>%n points in time</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>warmstart::VolumeSide</name>
    <message numerus="yes">
        <source>%1, %n slice(s)</source>
        <translation>
            <numerusform>%1, %n slice</numerusform>
            <numerusform>%1, %n slices</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>warmstart::live::LivePanel</name>
    <message numerus="yes">
        <source>%n unreadable line(s)</source>
        <translation>
            <numerusform>%n unreadable line</numerusform>
            <numerusform>%n unreadable lines</numerusform>
        </translation>
    </message>
</context>
</TS>
